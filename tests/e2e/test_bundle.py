"""The bundle runs on its own: no Python, no checkout, no path of the machine that built it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PyInstaller.archive.readers import CArchiveReader

import portdesk
from portdesk.store.secrets import ALLOWED

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "packaging" / "portdesk.spec"
MEGABYTES = 1_000_000
LARGEST = 460 * MEGABYTES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not shutil.which("objdump"), reason="PyInstaller needs binutils"),
]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, outside: Mapping[str, str]) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    places = ["--workpath", folder / "work", "--distpath", folder / "dist"]
    subprocess.run([*build, *places, SPEC], cwd=folder, env=outside, check=True)
    return folder / "dist" / "portdesk"


def test_it_knows_its_version(bundle: Path, run: Callable[..., str]) -> None:
    assert portdesk.__version__ in run(bundle / "portdesk", "--version")


def test_the_demo_shop_works(bundle: Path, run: Callable[..., str]) -> None:
    run(bundle / "portdesk", "--demo", "--self-test")


def test_it_holds_what_is_needed_and_no_more(bundle: Path) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    names = {path.name for path in files}

    assert {"portdesk.mo", "style.qss", "qtbase_ko.qm"} <= names
    assert {"QtWebEngineProcess", "icudtl.dat", "ko.pak", "libnss3.so", "libsoftokn3.so"} <= names
    assert not any("pytest" in name or "hypothesis" in name for name in names)
    assert sum(path.stat().st_size for path in files) < LARGEST


def test_every_key_store_comes_along(bundle: Path) -> None:
    archive = CArchiveReader(str(bundle / "portdesk"))
    modules = archive.open_embedded_archive("PYZ.pyz").toc

    assert {module for module, _ in ALLOWED} <= modules.keys()
    assert "secretstorage" in modules


def test_it_names_no_folder_of_this_machine(bundle: Path) -> None:
    here = str(ROOT).encode()

    assert [path.name for path in bundle.rglob("*") if path.is_file() and here in path.read_bytes()] == []
