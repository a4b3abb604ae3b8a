"""Folders and files that only their owner may open."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.store.folders import DataFolder, create_private, make_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_on_the_way_is_private(tmp_path: Path) -> None:
    earlier = os.umask(0)
    try:
        make_private(DataFolder(tmp_path / "a" / "b").shop(ShopId("0123456789ab")))
    finally:
        os.umask(earlier)
    for name in ("a", "a/b", "a/b/shops", "a/b/shops/0123456789ab"):
        assert mode(tmp_path / name) == 0o700


def test_a_folder_others_could_open_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    make_private(tmp_path / "open")
    assert mode(tmp_path / "open") == 0o700


def test_a_file_is_private_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("held")
    path.chmod(0o644)
    create_private(path)
    assert mode(path) == 0o600
    assert path.read_text() == "held"


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnusableError, match="cannot be used"):
        make_private(tmp_path / "file" / "folder")
