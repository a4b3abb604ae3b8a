"""Coverage is kept as few stretches as possible, whatever order they come in."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.store.checkpoints import Check, Checkpoints, Stretch, _cover, _coverage
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS, migrate

pytestmark = pytest.mark.anyio

spans = st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda span: (span[0], span[0] + span[1]))


@given(st.lists(spans, max_size=12))
def test_stretches_that_touch_become_one(added: list[tuple[int, int]]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, MIGRATIONS)
    seconds: set[int] = set()
    for since, until in added:
        _cover(connection, Stretch(status="paid", since=since, until=until))
        seconds |= set(range(since, until + 1))
    kept = _coverage(connection)
    connection.close()
    assert set().union(*(range(one.since, one.until + 1) for one in kept)) == seconds
    assert all(one.until + 1 < other.since for one, other in pairwise(kept))


async def test_statuses_are_apart_and_checks_replaced(database: Database) -> None:
    checkpoints = Checkpoints(database)
    paid, ready = (Stretch(status=status, since=5, until=9) for status in ("paid", "ready"))
    await checkpoints.cover(paid)
    await checkpoints.cover(ready)
    assert await checkpoints.coverage() == [paid, ready]
    await checkpoints.note([Check(stretch=paid, checked_at=1, total=3, held=2)])
    newer = Check(stretch=Stretch(status="paid", since=5, until=20), checked_at=2, total=4, held=4)
    await checkpoints.note([newer])
    assert await checkpoints.checks() == [newer]
