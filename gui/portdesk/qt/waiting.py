"""Waiting in a coroutine until Qt's objects are as they should be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import SignalInstance


async def until(condition: Callable[[], bool], *signals: SignalInstance, seconds: float = 60.0) -> None:
    """
    Return as soon as `condition` holds; it is looked at now and whenever one of `signals` is emitted.

    Raises `TimeoutError` when it does not come to hold in time.
    """
    changed = asyncio.Event()

    def note(*_: object) -> None:
        changed.set()

    for signal in signals:
        signal.connect(note)
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await changed.wait()
                changed.clear()
    finally:
        for signal in signals:
            signal.disconnect(note)
