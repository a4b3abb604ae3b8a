"""The calendar day in Korea of a server's time."""

from __future__ import annotations

from typing import Final

_DAY: Final = 86_400
_AHEAD: Final = 9 * 3_600


def korean_day(unix: int) -> int:
    """The number of the day; Korea has kept nine hours ahead since 1988."""
    return (unix + _AHEAD) // _DAY
