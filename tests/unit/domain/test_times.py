"""Unix seconds become Korean time, and 0 means that it did not happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.times import KST, from_unix, to_unix

LAST = 253_370_764_799
"""The last second of the year 9998 in UTC."""


def test_zero_did_not_happen() -> None:
    assert from_unix(0) is None


@given(st.integers(1, LAST))
def test_every_second_comes_back(seconds: int) -> None:
    time = from_unix(seconds)

    assert time is not None
    assert to_unix(time) == seconds
    assert time.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize("seconds", [-1, LAST + 1, 2**63, -(2**63), 1_790_000_000_000])
def test_what_is_no_time_of_a_payment_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        from_unix(seconds)


def test_the_day_changes_at_midnight_in_korea() -> None:
    before = datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC)
    after = from_unix(to_unix(before) + 1)

    assert after == datetime(2027, 1, 1, tzinfo=KST)
    assert after is not None
    assert (after.year, after.month, after.day, after.hour) == (2027, 1, 1, 0)
