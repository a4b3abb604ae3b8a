"""The wheel, installed into an empty environment, is the whole program."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import portdesk

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "packaging" / "requirements" / "run.txt"

WHERE_RESOURCES_ARE = "from portdesk import assets; print(assets.resources())"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, outside: Mapping[str, str]) -> Path:
    """Made from the source archive, so that one is known to be whole as well."""
    folder = tmp_path_factory.mktemp("wheel")
    hatchling = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", folder]
    subprocess.run(hatchling, cwd=ROOT, env=outside, check=True, capture_output=True)
    [archive] = folder.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, archive], cwd=folder, env=outside, check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path, outside: Mapping[str, str]) -> Path:
    """The folder of programs of an environment that holds what the wheel asks for and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    constraints = folder / "constraints.txt"
    pinned = re.findall(r"^[\w.-]+==[^\\\n]+", PINS.read_text("utf-8"), re.MULTILINE)
    constraints.write_text("\n".join(pinned), "utf-8")
    venv.create(folder / "venv", symlinks=True)
    programs = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "--constraint", constraints, wheel], cwd=folder, env=outside, check=True)
    return programs


def test_it_knows_its_version(installed: Path, run: Callable[..., str]) -> None:
    assert portdesk.__version__ in run(installed / "portdesk", "--version")


def test_it_brings_its_resources_and_speaks_korean(installed: Path, run: Callable[..., str]) -> None:
    resources = Path(run(installed / "python", "-I", "-c", WHERE_RESOURCES_ARE).strip())
    korean = resources / "translations" / "ko" / "LC_MESSAGES"

    assert resources.is_relative_to(installed.parent)
    assert (resources / "style.qss").is_file()
    assert {path.name for path in (ROOT / "resources" / "standin").iterdir()} == {
        path.name for path in (resources / "standin").iterdir()
    }
    assert [path.name for path in korean.iterdir()] == ["portdesk.mo"]
    assert re.search("[가-힣]", (korean / "portdesk.mo").read_text("utf-8", errors="replace"))


def test_the_demo_shop_works(installed: Path, run: Callable[..., str]) -> None:
    run(installed / "portdesk", "--demo", "--self-test")


def test_it_carries_no_tests(installed: Path) -> None:
    assert not list(installed.parent.rglob("pytest"))
    assert not list(installed.parent.rglob("test_shape.py"))
