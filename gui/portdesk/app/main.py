"""
Starts and ends the program.

The order: the command line is read; the process is hardened; the application and its window come up
and are painted. Only then the loop is imported, in a thread, and run; then the rest, in a thread, too,
and the shop is opened: what takes time happens behind a window that is already there. At the end
everything is closed in the opposite order, and only then does the loop stop.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

from portdesk.app import ahead, cli, interpreter, process


def run() -> None:
    """The entry point of the program; ends the process with its exit code."""
    sys.exit(start(sys.argv[1:]))


def start(arguments: list[str]) -> int:
    """Run the program with `arguments`; the answer is its exit code."""
    gc.disable()  # a start makes a lot and drops little; `life.py` enables it once the window is there
    settings = cli.read(arguments)
    if settings.verify_journal is not None:
        return _verify(settings, settings.verify_journal)
    process.harden()
    process.spare_memory()
    if settings.is_staged and not _has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if settings.is_staged and settings.data_dir is None:
        return _run_aside(settings)
    folder = settings.data_dir or _own_folder()
    return _run(settings, folder)


def _verify(settings: cli.Settings, path: Path) -> int:
    from portdesk.store import verifier  # noqa: PLC0415 - no other start needs it

    return verifier.tell(path, settings.head, settings.lang)


def _run_aside(settings: cli.Settings) -> int:
    """A rehearsal gets a folder of its own and leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="portdesk-"))
    try:
        return _run(settings, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(settings: cli.Settings, folder: Path) -> int:
    interpreter.share()  # now, so that the thread that reads gets its turns
    with ahead.reading_libraries():
        # Qt is imported only now, so that --help and --version answer at once.
        ahead.import_plainly()
        from portdesk.app.life import live  # noqa: PLC0415

    return live(settings, folder)


def _own_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - not needed with --data-dir

    return Path(platformdirs.user_data_dir("Portdesk", appauthor=False, roaming=False))


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
