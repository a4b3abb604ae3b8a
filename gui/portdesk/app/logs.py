"""The log: JSON lines that hold only what is on a list of harmless fields."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import re
import time
import traceback
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from portdesk.domain.plain import visible

FIELDS: Final = frozenset(
    {
        *("operation", "http_status", "code", "kind", "attempt", "seconds", "milliseconds"),
        *("rows", "pages", "changed", "requests", "window", "payment_status", "phase", "total"),
        *("schema", "step", "bytes", "version", "platform", "reason"),
    }
)
"""What a record may carry besides its words; anything else given as `extra` is left out."""

_LONGEST: Final = 200
_KEPT_FILES: Final = 5
_FILE_SIZE: Final = 2_000_000
_SECRETS: Final = (
    re.compile(r"\d(?:[ -]?\d){12,18}"),
    re.compile(r"(?i)bearer\s+\S+"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"\b01[016789][ -]?\d{3,4}[ -]?\d{4}\b"),
    re.compile(r"\b\d{6}-?[1-8]\d{6}\b"),
    re.compile(r"\b[0-9a-zA-Z]{60,}\b"),
)

Leak = Callable[[str], None]


class Lines(logging.Formatter):
    """
    One record as one JSON object.

    Our own words are constants and stay as they are written, their arguments are left out. Of an
    exception only its type and the places in the code stay: its text may quote data. What other
    libraries log keeps only its level and origin. Behind all that stands a scrubber, which should
    never find anything; when it does it tells `on_leak`.
    """

    def __init__(self, on_leak: Leak | None = None) -> None:
        super().__init__()
        self._on_leak = on_leak

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.startswith("portdesk")
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)),
            "level": record.levelname,
            "from": record.name,
        }
        if ours and isinstance(record.msg, str):
            line["event"] = record.msg
            line |= {name: _shown(vars(record)[name]) for name in FIELDS & vars(record).keys()}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = _places(record.exc_info[2])
        return self._scrubbed(json.dumps(line, ensure_ascii=False))

    def _scrubbed(self, line: str) -> str:
        for secret in _SECRETS:
            clean = secret.sub("█", line)
            if clean != line and self._on_leak is not None:
                self._on_leak(line)
            line = clean
        return line


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that is its owner's alone from its first byte."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        return super()._open()


def start(folder: Path | None, level: str, on_leak: Leak | None = None) -> Callable[[], None]:
    """Log into `folder`, or to standard error when there is none; the answer ends it."""
    handler: logging.Handler
    if folder is None:
        handler = logging.StreamHandler()
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = PrivateFile(
            folder / "portdesk.log", maxBytes=_FILE_SIZE, backupCount=_KEPT_FILES, encoding="utf-8"
        )
    handler.setFormatter(Lines(on_leak))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("portdesk").setLevel(level)
    logging.captureWarnings(capture=True)

    def end() -> None:
        root.removeHandler(handler)
        handler.close()
        logging.captureWarnings(capture=False)

    return end


def _shown(value: Any) -> object:
    return value if isinstance(value, int | float | None) else visible(str(value), _LONGEST)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
