"""Measures everything, prints the table and keeps it as JSON; says which goals were missed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

from bench import blocks, memory, opening, scrolling, start, sync, writing
from bench.figures import Figure, save, table
from bench.server import KEPT

_FULL: Final = bool(os.environ.get("FULL"))

BENCHES: Final[tuple[Callable[[], list[Figure]], ...]] = (
    lambda: start.measure(40 if _FULL else 15),
    lambda: sync.measure(200_000 if _FULL else 100_000, 3 if _FULL else 2),
    blocks.measure,
    lambda: opening.measure(rounds=15 if _FULL else 7),
    lambda: scrolling.measure(rounds=6 if _FULL else 3),
    writing.measure,
    lambda: memory.measure(rounds=5 if _FULL else 2),
)


def main() -> int:
    """Run every bench; the answer is 1 when a goal was missed."""
    figures: list[Figure] = []
    for bench in BENCHES:
        found = bench()
        print(table(found), end="\n\n", flush=True)
        figures += found
    print(table(figures))
    save(figures, KEPT / "figures.json")
    return int(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
