"""A list can be bounded by the time of the last refund as well as by that of the payment."""

from __future__ import annotations

from datetime import datetime

import pytest

from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.times import KST, to_unix
from portdesk.store.payments import PaymentStore
from samples.payments import payment

pytestmark = pytest.mark.anyio


def at(day: int) -> datetime:
    return datetime(2026, 9, day, tzinfo=KST)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [(18, None, 1), (19, None, 0), (None, 18, 0), (None, 19, 1), (17, 19, 1), (None, None, 2)],
)
async def test_the_first_moment_counts_and_the_last_does_not(
    store: PaymentStore, since: int | None, until: int | None, found: int
) -> None:
    returned = payment(1, status="cancelled", cancel_amount=39_000, cancelled_at=to_unix(at(18)))
    await store.save([payment(0), returned], read_at=at(20))

    query = PaymentQuery(
        returned_since=at(since) if since else None, returned_until=at(until) if until else None
    )

    assert len(await store.ids(query)) == found
