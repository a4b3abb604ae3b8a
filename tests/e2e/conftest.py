"""Starts the program as people do: as a process of its own, from a folder of no importance."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Run = Callable[..., str]

OUTSIDE = dict(os.environ)
"""The environment before the fixtures take it over: pip's settings and cache are in it."""


@pytest.fixture(scope="session")
def outside() -> Mapping[str, str]:
    """What a build may use: it runs as whoever runs the tests."""
    return OUTSIDE


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run(program, *arguments)` in an empty home, without a screen; answers what was printed."""

    def run(program: Path, *arguments: str, seconds: float = 90) -> str:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [program, *arguments],
            cwd=home,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "LANG": "C.UTF-8",
                "QT_QPA_PLATFORM": "offscreen",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"{program} {arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run
