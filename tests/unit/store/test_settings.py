"""Preferences and the list of shops: small files, written as a whole, their owner's alone."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.domain.shops import Shop
from portdesk.store.settings import Preferences, SettingsFile
from portdesk.store.shops import ShopFile

SHOP = Shop(
    id=ShopId("0123456789ab"),
    name="바다꽃집",
    colour="#2563eb",
    tier_code="AB1",
    keys_are_stored=True,
    fingerprint="abc",
    connected_at=datetime(2026, 11, 1, tzinfo=UTC),
)


class TestPreferences:
    def test_what_was_saved_is_loaded(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "settings.json"
        layouts = {"payments": {"widths": [1, 2], "name": "꽃 \ud7a3"}}
        chosen = Preferences(language="ko", theme="dark", layouts=layouts, reasons=("배송", "전화"))
        SettingsFile(path).save(chosen)
        assert SettingsFile(path).load() == chosen
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_without_a_file_there_are_the_defaults(self, tmp_path: Path) -> None:
        assert SettingsFile(tmp_path / "settings.json").load() == Preferences()

    @pytest.mark.parametrize(
        "content",
        [
            *(b"", b"{", b"\xff\xfe", b"[]", b"7", b'{"theme": 7}', b'{"privacy": 1}', b'{"layouts": []}'),
            *(
                b'{"reasons": "x"}',
                b'{"reasons": [1]}',
                b'{"reasons": {}}',
                b'{"window": null}',
                b"[" * 100_000,
            ),
        ],
    )
    def test_a_damaged_file_is_set_aside(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "settings.json"
        path.write_bytes(content)
        assert SettingsFile(path).load() == Preferences()
        assert path.with_name("settings.json.aside").read_bytes() == content
        assert not path.exists()

    def test_fields_of_a_newer_program_are_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "settings.json"
        path.write_text('{"theme": "dark", "from_the_future": 1}')
        assert SettingsFile(path).load() == Preferences(theme="dark")

    def test_a_write_that_fails_leaves_the_earlier_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "settings.json"
        SettingsFile(path).save(Preferences(theme="dark"))

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreUnusableError, match=r"settings\.json"):
            SettingsFile(path).save(Preferences(theme="light"))
        assert SettingsFile(path).load() == Preferences(theme="dark")
        assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


class TestShopFile:
    def test_what_was_saved_is_loaded(self, tmp_path: Path) -> None:
        path = tmp_path / "shops.json"
        ShopFile(path).save((SHOP,))
        assert ShopFile(path).load() == (SHOP,)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_without_a_file_there_are_no_shops(self, tmp_path: Path) -> None:
        assert ShopFile(tmp_path / "shops.json").load() == ()

    def test_a_damaged_list_is_never_overwritten_silently(self, tmp_path: Path) -> None:
        path = tmp_path / "shops.json"
        path.write_bytes(b"[{]")
        with pytest.raises(StoreUnusableError) as caught:
            ShopFile(path).load()
        assert caught.value.advice is not None
        assert path.read_bytes() == b"[{]"


class TestLayouts:
    COLUMNS: ClassVar[dict[str, object]] = {"columns": {"amount": [90, 1, True]}}

    def test_views_stay_with_their_shop_and_columns_go_on_to_a_new_one(self) -> None:
        told = {"payments": {**self.COLUMNS, "views": [{"name": "mine", "state": {}}]}}
        kept = Preferences(layouts=Preferences().with_layouts("here", told))

        assert kept.layouts_in("here") == told
        assert kept.layouts_in("elsewhere") == {"payments": self.COLUMNS}

    def test_what_was_kept_before_there_were_shops_is_read(self) -> None:
        assert Preferences(layouts={"payments": self.COLUMNS}).layouts_in("here") == {
            "payments": self.COLUMNS
        }
