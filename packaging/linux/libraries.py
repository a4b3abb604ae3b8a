"""
Finds out which system libraries are missing, and installs them or says how.

Runs before there is a virtual environment, so it knows the standard library alone.
As root on Debian or Ubuntu it installs; otherwise it prints the line to run.
A missing font spoils the looks only, so the run goes on without it.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LIST = Path(__file__).with_suffix(".txt")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
HANGUL_FONTS = (
    "nanum",
    "notosanscjk",
    "notosanskr",
    "sourcehansans",
    "undotum",
    "baekmuk",
    "pretendard",
    "malgun",
)


@dataclass(frozen=True)
class Need:
    """One line of the list."""

    purpose: str
    kind: str
    name: str
    package: str

    @property
    def is_met(self) -> bool:
        match self.kind:
            case "library":
                return loads(self.name)
            case "font":
                return has_hangul()
            case "module":
                return find_spec(self.name) is not None
            case "python":  # where the interpreter is one with its library there is nothing to find
                shared = sysconfig.get_config_var("Py_ENABLE_SHARED")
                return not shared or loads(sysconfig.get_config_var("INSTSONAME"))
            case _:
                return shutil.which(self.name) is not None


def loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_hangul() -> bool:
    files = (file for folder in FONT_FOLDERS for file in Path(folder).expanduser().rglob("*"))
    return any(file.name.lower().replace("-", "").startswith(HANGUL_FONTS) for file in files)


def missing(purposes: set[str]) -> list[Need]:
    text = LIST.read_text("utf-8").replace("{python}", PYTHON)
    lines = (line.split() for line in text.splitlines())
    needs = [Need(*line) for line in lines if line and line[0] != "#"]
    return [need for need in needs if need.purpose in purposes and not need.is_met]


def install(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *packages],
    ):
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("purposes", nargs="*", help="besides a start: display, bundle")
    parser.add_argument("--wish", action="append", default=[], help="a purpose the run can do without")
    arguments = parser.parse_args()
    purposes = {"start", *arguments.purposes, *arguments.wish}

    needs = missing(purposes)
    if not needs:
        return 0
    packages = sorted({need.package for need in needs})
    has_apt = shutil.which("apt-get") is not None
    if has_apt and os.geteuid() == 0:
        print("Installing system libraries:", *packages, flush=True)
        install(packages)
        needs = missing(purposes)
        if not needs:
            return 0

    print("Not found on this system:", *(need.name for need in needs), file=sys.stderr)
    if has_apt:
        line = "sudo apt-get install --no-install-recommends"
        print("Install with:\n ", line, *packages, file=sys.stderr)
    else:
        print("Debian and Ubuntu have them in:", *packages, file=sys.stderr)
    return int(any(need.kind != "font" and need.purpose not in arguments.wish for need in needs))


if __name__ == "__main__":
    sys.exit(main())
