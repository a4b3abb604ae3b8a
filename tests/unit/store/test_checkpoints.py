"""Coverage is kept as few stretches as possible, whatever order they come in."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.times import from_unix
from portdesk.store.checkpoints import Check, Checkpoints, Proof, Stretch, _cover, _coverage
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS, migrate
from portdesk.store.payments import PaymentStore
from samples.payments import NOON, payment

pytestmark = pytest.mark.anyio

READ_AT = from_unix(NOON)

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
    checkpoints, store = Checkpoints(database), PaymentStore(database)
    paid, ready = (Stretch(status=status, since=5, until=9) for status in ("paid", "ready"))
    first = Check(stretch=paid, checked_at=1, total=3, held=2)
    await store.save([], read_at=READ_AT, proof=Proof(covered=paid, check=first))
    await store.save([payment(1)], read_at=READ_AT, proof=Proof(covered=ready))
    assert await checkpoints.coverage() == [paid, ready]
    assert await checkpoints.checks() == [first]
    newer = Check(stretch=Stretch(status="paid", since=5, until=20), checked_at=2, total=4, held=4)
    await checkpoints.note([newer])
    assert await checkpoints.checks() == [newer]


async def test_a_proof_never_stands_without_its_rows(database: Database) -> None:
    checkpoints, store = Checkpoints(database), PaymentStore(database)
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 30"))
    rows = [payment(n) for n in range(900)]
    with pytest.raises(StoreUnusableError):
        await store.save(rows, read_at=READ_AT, proof=Proof(covered=Stretch(status="paid", since=5, until=9)))
    assert await checkpoints.coverage() == []
    assert await store.count() == 0
