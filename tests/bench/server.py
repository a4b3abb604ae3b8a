"""A sandbox in a process of its own, for what is measured against a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parents[2] / "gui"
KEPT: Final = Path(__file__).resolve().parents[2] / "build" / "bench"


def environment() -> dict[str, str]:
    """
    What a process that is measured runs in: no screen, our own source, compiled modules kept.

    An installed program is compiled already; where nothing may be written beside the source, half of
    a start would be the compiler's.
    """
    paths = os.pathsep.join((str(SOURCE), str(Path(__file__).resolve().parents[1])))
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "*.warning=false",
        "PYTHONPATH": paths,
        "PYTHONPYCACHEPREFIX": str(KEPT / "compiled"),
    }


@contextmanager
def sandbox(payments: int) -> Iterator[dict[str, str]]:
    """A shop with so many payments; its file is kept, because a large one takes a while to make."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"shop-{payments}.db"
    process, told = _started(payments, file)
    if not told and file.exists():  # another version of the sandbox made it
        process.wait()
        file.unlink()
        process, told = _started(payments, file)
    try:
        keys: dict[str, str] = json.loads(told)
        yield keys
    finally:
        process.terminate()
        process.wait()


def _started(payments: int, file: Path) -> tuple[subprocess.Popen[str], str]:
    """A server, and the line it says when it is ready."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "portdesk.sandbox", "--port", "0", "--seed", "11"),
            *("--payments", str(payments), "--db", str(file)),
        ],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline()
