"""Runs one part of the bench after the other; one that dies does not take the others' figures with it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping

from bench.figures import Figure, table
from bench.stage import DiedError

Measure = Callable[[], list[Figure]]


def run(parts: Mapping[str, Measure], tell: Callable[[str], None]) -> tuple[list[Figure], dict[str, str]]:
    """The figures of all parts, each told as it ends; and of each part that has none, why."""
    figures: list[Figure] = []
    lost: dict[str, str] = {}
    for name, measure in parts.items():
        begun = time.perf_counter()
        try:
            found = measure()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others can still be measured
            lost[name] = _told(error)
            verdict = f"FAILED: {lost[name]}"
        else:
            figures += found
            verdict = table(found)
        tell(f"{name}, {time.perf_counter() - begun:.0f} s\n{verdict}\n")
    return figures, lost


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, DiedError) else "".join(traceback.format_exception(error)).strip()
