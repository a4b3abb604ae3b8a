"""Reading one payment again: the server's word is kept, told, and its silence proves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portdesk.api.errors import NoReplyError, NotFoundError
from portdesk.api.verdict import Reply
from portdesk.domain.events import Bus, ConnectionChanged, PaymentsChanged
from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore
from portdesk.usecases.payments import Payments
from samples.payments import NOON, payment

pytestmark = pytest.mark.anyio


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class Server:
    """Answers with whatever was put in its mouth."""

    def __init__(self) -> None:
        self.answer: Any = None
        self.time = NOON + 5000

    async def send(self, endpoint: Any, request: Any) -> Reply[Any]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return Reply(self.answer, at(self.time))

    def server_now(self) -> datetime | None:
        return None


class Desk:
    def __init__(self, database: Database) -> None:
        self.server, self.bus, self.store = Server(), Bus(), PaymentStore(database)
        self.payments = Payments(self.server, self.store, self.bus)
        self.told: list[object] = []
        for kind in (PaymentsChanged, ConnectionChanged):
            self.bus.subscribe(kind, self.told.append)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "cache.db", MIGRATIONS)
    yield Desk(database)
    await database.close()


async def test_what_changed_is_kept_and_told(desk: Desk) -> None:
    await desk.store.save([payment(1)], read_at=at(NOON + 100))
    returned = payment(1, status="cancelled", cancel_amount=38000, cancelled_at=NOON + 4000)
    desk.server.answer = returned
    assert await desk.payments.read_again(returned.imp_uid) == returned
    known = await desk.payments.find(returned.imp_uid)
    assert known.payment == returned
    assert PaymentsChanged(frozenset({returned.imp_uid})) in desk.told


async def test_what_did_not_change_was_still_read_now(desk: Desk) -> None:
    await desk.store.save([payment(1)], read_at=at(NOON + 100))
    desk.server.answer = payment(1)
    await desk.payments.read_again(payment(1).imp_uid)
    known = await desk.payments.find(payment(1).imp_uid)
    assert known.read_at == at(desk.server.time)
    assert not [event for event in desk.told if isinstance(event, PaymentsChanged)]


async def test_a_payment_the_server_does_not_show_stays(desk: Desk) -> None:
    await desk.store.save([payment(1)], read_at=at(NOON + 100))
    desk.server.answer = NotFoundError("GET /payments/{imp_uid}", http_status=404)
    with pytest.raises(NotFoundError):
        await desk.payments.read_again(payment(1).imp_uid)
    assert await desk.payments.find(payment(1).imp_uid) is not None
    assert desk.told == [ConnectionChanged(is_connected=True)]


async def test_a_lost_connection_is_told(desk: Desk) -> None:
    desk.server.answer = NoReplyError("GET /payments/{imp_uid}")
    with pytest.raises(NoReplyError):
        await desk.payments.read_again(payment(1).imp_uid)
    (event,) = desk.told
    assert not event.is_connected
