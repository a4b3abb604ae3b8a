"""Seeded chance: the same seed gives the same shop on every machine."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice(random.Random):
    """Repeatable chance for made-up data; never for secrets."""

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`; faster than `randrange`."""
        return int(self.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of `items`, all equally likely."""
        return items[int(self.random() * len(items))]

    def happens(self, chance: float) -> bool:
        """True with this chance."""
        return self.random() < chance

    def digits(self, count: int) -> str:
        """So many decimal digits, the first not 0."""
        low: int = 10 ** (count - 1)
        return str(low + int(self.random() * 9 * low))


class Weighted(Generic[T]):
    """Items that come up as often as their weights say."""

    def __init__(self, weights: Sequence[tuple[T, float]]) -> None:
        self._items = tuple(item for item, _ in weights)
        self._edges = tuple(accumulate(weight for _, weight in weights))
        self._sum = self._edges[-1]

    def pick(self, dice: random.Random) -> T:
        """One of the items."""
        return self._items[min(bisect(self._edges, dice.random() * self._sum), len(self._items) - 1)]
