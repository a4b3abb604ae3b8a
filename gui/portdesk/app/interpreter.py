"""How the interpreter shares itself between the threads, and how often it looks for garbage."""

from __future__ import annotations

import gc
import sys
from typing import Final

_TURN: Final = 0.0001
"""Seconds a worker thread may keep the interpreter while the screen's thread waits for it."""
_MADE: Final = (10_000, 20, 100)
"""
How many objects may come before new ones are looked through, and how often older ones are.

A page of a thousand payments is tens of thousands of objects, of which none is garbage yet; with
Python's own thresholds an eighth of a first sync goes into looking.
"""


def share() -> None:
    """Far shorter turns than usual: a table that paints while pages are read asks for its turn often."""
    sys.setswitchinterval(_TURN)


def settle() -> None:
    """What is there now stays to the end, so it is never looked through again; what comes, more rarely."""
    gc.freeze()
    gc.set_threshold(*_MADE)
    gc.enable()
