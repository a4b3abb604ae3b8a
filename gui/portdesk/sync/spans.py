"""Sets of seconds, as spans that do not touch one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""First and last second, both inclusive."""


class Spans:
    """A set of whole seconds. Both ends of every span belong to it."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans: list[Span] = []
        for since, until in spans:
            self.add(since, until)

    def __iter__(self) -> Iterator[Span]:
        """The spans, oldest first."""
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, since: int, until: int) -> None:
        """Put a span in; it grows together with what touches it."""
        if until < since:
            return
        apart: list[Span] = []
        for span in self._spans:
            if span[1] < since - 1 or span[0] > until + 1:
                apart.append(span)
            else:
                since, until = min(since, span[0]), max(until, span[1])
        self._spans = sorted([*apart, (since, until)])

    def remove(self, since: int, until: int) -> None:
        """Take a span out."""
        left = [(a, min(b, since - 1)) for a, b in self._spans]
        right = [(max(a, until + 1), b) for a, b in self._spans]
        self._spans = sorted({span for span in (*left, *right) if span[0] <= span[1]})

    def gaps(self, floor: int, top: int) -> Iterator[Span]:
        """What is missing between `floor` and `top`, newest first."""
        for since, until in reversed(self._spans):
            if until < top:
                yield max(until + 1, floor), top
            top = min(top, since - 1)
            if top < floor:
                return
        if floor <= top:
            yield floor, top
