"""What a bench finds out: figures side by side with a peer or a floor, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    One line of the table.

    `median` and `p95` are of our own runs, `peer` is the median of what they are measured against in
    the same run. `ratio` is `median / peer`. `goal` says what is hoped for and `reached` whether it
    was; a figure without a goal only tells. A `must` that is missed fails the run: what is found wrong,
    and a window that does not answer.
    """

    name: str
    unit: str
    median: float
    p95: float
    peer_name: str = ""
    peer: float | None = None
    goal: str = ""
    reached: bool | None = None
    note: str = ""
    must: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours against the peer's."""
        return self.median / self.peer if self.peer else None


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of a table for people."""
    return _laid_out(_cells(figures))


def notes(figures: Sequence[Figure]) -> str:
    """What is to be known about them, and is too long for a table."""
    return "\n".join(f"{figure.name}: {figure.note}" for figure in figures if figure.note)


def _cells(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    head = ("figure", "median", "p95", "peer", "ratio", "goal", "")
    lines: list[tuple[str, ...]] = [head]
    for figure in figures:
        ratio = figure.ratio
        lines.append(
            (
                figure.name,
                f"{figure.median:,.1f} {figure.unit}",
                f"{figure.p95:,.1f}",
                f"{figure.peer:,.1f} ({figure.peer_name})" if figure.peer is not None else "",
                f"{ratio:.2f}" if ratio is not None else "",
                figure.goal,
                {True: "reached", False: "FAILED" if figure.must else "MISSED", None: ""}[figure.reached],
            )
        )
    return lines


def _laid_out(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def save(figures: Sequence[Figure], lost: Mapping[str, str], path: Path, seconds: float) -> None:
    """Keep the figures as JSON, with the machine, how long it took, and why which parts have none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
    machine = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
    }
    told = {"machine": machine, "seconds": round(seconds), "figures": found, "lost": dict(lost)}
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False), "utf-8")
