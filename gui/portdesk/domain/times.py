"""Times: Unix seconds on the wire, aware datetimes inside, Korean time on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

KST: Final = timezone(timedelta(hours=9), "KST")
"""Korea has no summer time and has kept +09:00 since 1988."""

_LATEST: Final = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


def from_unix(seconds: int) -> datetime | None:
    """
    The time of a wire value in Korean time; the wire's 0 means that it did not happen.

    Raises `ValueError` for a value outside the years 1970 to 9998.
    """
    if seconds == 0:
        return None
    if not 0 < seconds < _LATEST:
        raise ValueError("time out of range")
    return datetime.fromtimestamp(seconds, KST)


def to_unix(time: datetime) -> int:
    """Whole Unix seconds of an aware time."""
    return int(time.timestamp())
