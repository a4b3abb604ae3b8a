"""Measures everything, prints the table and keeps it as JSON; fails where a figure is one that must hold."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench import (
    blocks,
    dry_run,
    export,
    inserting,
    memory,
    opening,
    parts,
    scrolling,
    search,
    start,
    sync,
    writing,
)
from bench.figures import notes, save, table

_FULL: Final = bool(os.environ.get("FULL"))
_ONLY: Final = os.environ.get("ONLY", "").split()
_TOLD: Final = Path(__file__).resolve().parents[2] / "build" / "bench.json"

BENCHES: Final[Mapping[str, parts.Measure]] = MappingProxyType(
    {
        "search": lambda: search.measure(queries=2000 if _FULL else 400),
        "inserting": lambda: inserting.measure(queries=2000 if _FULL else 400),
        "opening": lambda: opening.measure(rounds=15 if _FULL else 7),
        "scrolling": lambda: scrolling.measure(rounds=6 if _FULL else 3),
        "writing": writing.measure,
        "sync": lambda: sync.measure(200_000, 3 if _FULL else 1),
        "blocks": lambda: blocks.measure(200_000),
        "memory": lambda: memory.measure(rounds=5 if _FULL else 2),
        "start": lambda: start.measure(40 if _FULL else 15),
        "dry_run": dry_run.measure,
        "export": lambda: export.measure(rounds=3 if _FULL else 1),
    }
)


def main() -> int:
    """Run every bench, or those named in `ONLY`; the answer is 1 when one dies or misses what must hold."""
    begun = time.perf_counter()
    figures, lost = parts.run({name: BENCHES[name] for name in _ONLY or BENCHES}, partial(print, flush=True))
    seconds = time.perf_counter() - begun
    print(notes(figures), table(figures), f"{seconds:.0f} s in all; kept as {_TOLD}", sep="\n\n")
    save(figures, lost, _TOLD, seconds)
    for name, why in lost.items():
        print(f"\n{name} FAILED and has no figures: {why}")
    return int(bool(lost) or any(figure.must and figure.reached is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
