"""The pinned requirements agree with the project file, and missing system libraries are told plainly."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETS = sorted((ROOT / "packaging" / "requirements").glob("*.txt"))
LIBRARIES = ROOT / "packaging" / "linux" / "libraries.py"
GROUPS = {
    "run": ["build"],
    "develop": ["build", "test", "check", "bundle"],
    "maintain": ["maintain"],
}


def pins(text: str) -> list[Requirement]:
    entries = text.replace("\\\n", " ").splitlines()
    return [Requirement(entry.split(" --hash=")[0]) for entry in entries if entry.strip()]


def asked_for(name: str) -> list[Requirement]:
    groups = PROJECT["dependency-groups"]
    program = [] if name == "maintain" else PROJECT["project"]["dependencies"]
    return [
        Requirement(text) for text in [*program, *(text for group in GROUPS[name] for text in groups[group])]
    ]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
class TestPins:
    def test_every_entry_has_one_version_and_its_hashes(self, path: Path) -> None:
        entries = path.read_text("utf-8").replace("\\\n", " ").splitlines()

        assert [
            entry for entry in entries if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)
        ] == []

    def test_no_index_is_named(self, path: Path) -> None:
        assert not re.search(r"://|--(extra-)?index|--find-links", path.read_text("utf-8"))

    def test_what_the_project_file_asks_for_is_pinned_within_its_range(self, path: Path) -> None:
        pinned = pins(path.read_text("utf-8"))
        for asked in asked_for(path.stem):
            versions = [
                str(next(iter(pin.specifier)).version)
                for pin in pinned
                if canonicalize_name(pin.name) == canonicalize_name(asked.name)
            ]

            assert any(asked.specifier.contains(version) for version in versions), asked


def test_all_sets_pin_the_same_versions() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for path in SETS:
        for pin in pins(path.read_text("utf-8")):
            when = str(pin.marker) if pin.name.startswith(("pyside6", "shiboken6")) else ""
            versions.setdefault((canonicalize_name(pin.name), when), set()).add(str(pin.specifier))

    assert {name: pinned for name, pinned in versions.items() if len(pinned) > 1} == {}


class TestLibraries:
    @pytest.fixture
    def script(self, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        """On a machine of somebody else, where nothing is installed."""
        spec = importlib.util.spec_from_file_location("libraries", LIBRARIES)
        assert spec is not None
        assert spec.loader is not None
        script = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "libraries", script)
        spec.loader.exec_module(script)
        monkeypatch.setattr(script, "loads", lambda _: False)
        monkeypatch.setattr(script, "has_hangul", lambda: False)
        monkeypatch.setattr(script.shutil, "which", {"apt-get": "apt-get"}.get)
        monkeypatch.setattr(script.os, "geteuid", lambda: 1000)
        monkeypatch.setattr(script.sys, "argv", ["libraries.py"])
        return script

    def test_the_exact_line_to_run_is_printed(
        self, script: ModuleType, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert script.main() == 1

        told = capsys.readouterr().err
        assert "sudo apt-get install --no-install-recommends fonts-nanum libasound2-dev libdbus-1-3" in told
        assert "xvfb" not in told

    def test_a_virtual_screen_is_wanted_only_where_it_is_used(
        self, script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(script.sys, "argv", ["libraries.py", "display"])

        assert script.main() == 1
        assert "xauth xvfb" in capsys.readouterr().err

    def test_a_missing_font_or_a_wish_stops_nothing(
        self, script: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(script, "loads", lambda _: True)
        monkeypatch.setattr(script.sys, "argv", ["libraries.py", "--wish", "bundle"])

        assert script.main() == 0

    def test_root_installs(self, script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        installed: list[str] = []

        def install(packages: list[str]) -> None:
            installed.extend(packages)
            monkeypatch.setattr(script, "loads", lambda _: True)
            monkeypatch.setattr(script, "has_hangul", lambda: True)

        monkeypatch.setattr(script.os, "geteuid", lambda: 0)
        monkeypatch.setattr(script, "install", install)

        assert script.main() == 0
        assert "fonts-nanum" in installed
