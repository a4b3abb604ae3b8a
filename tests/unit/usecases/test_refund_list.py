"""The list of refunds follows the journal, in its own order, and marks payments by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.events import Bus, RefundsChanged, RefundsOpen
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.times import KST
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import State
from portdesk.ledger.steps import Committed
from portdesk.store.journal_check import Standing
from portdesk.store.journal_thread import JournalThread
from portdesk.usecases.refund_file import Lean, RefundFiles, evidence, leaning
from portdesk.usecases.refund_list import RefundList, RefundQuery
from portdesk.usecases.refunds import RefundMoved
from samples.instructions import NOW, claim, entry, insert, move, planned, seen

pytestmark = pytest.mark.anyio
ALL = RefundQuery()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Names:
    """What the local copy knows; it may be out of order."""

    def __init__(self) -> None:
        self.known: dict[ImpUid, tuple[str, str]] = {}
        self.is_broken = False

    async def __call__(self, imp_uids: Sequence[ImpUid]) -> Mapping[ImpUid, tuple[str, str]]:
        if self.is_broken:
            raise StoreUnusableError(Message("broken"))
        return {one: self.known[one] for one in imp_uids if one in self.known}


class Desk:
    def __init__(self, journal: JournalThread) -> None:
        self.journal, self.bus, self.names = journal, Bus(), Names()
        self.open: list[RefundsOpen] = []
        self.changes = 0
        self.bus.subscribe(RefundsOpen, self.open.append)
        self.bus.subscribe(RefundsChanged, self._on_changed)
        self.list = RefundList(journal, self.names, self.bus)

    def _on_changed(self, _: RefundsChanged) -> None:
        self.changes += 1

    async def put(self, number: int, state: State = State.CONFIRMED, **fields: object) -> Instruction:
        shown = seen(subject=f"imp_{number}", at=NOW + number)
        row = planned(f"op-{number}", shown, **fields)
        changes = [insert(row)]
        changes.append(claim(changes[-1].row))
        if state is not State.SENDING:
            if state not in (State.CONFIRMED, State.REFUSED, State.UNKNOWN, State.NOT_SENT):
                changes.append(move(changes[-1].row, State.UNKNOWN))
            changes.append(move(changes[-1].row, state))
        for change in changes:
            assert await self.journal.apply(change) is Committed.YES
        self.bus.publish(RefundMoved(row=changes[-1].row))
        return changes[-1].row

    async def shown(self, query: RefundQuery = ALL) -> list[str]:
        ids = await self.list.ids(query)
        return [one.row.id for one in await self.list.rows(ids)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    journal = await JournalThread.open(tmp_path / "journal.db")
    yield Desk(journal)
    await journal.close()


async def test_newest_first_and_what_needs_a_person_before(desk: Desk) -> None:
    await desk.put(1, State.HUMAN)
    await desk.put(2)
    await desk.put(3, State.UNKNOWN)
    await desk.put(4, State.NOT_APPLIED)

    assert await desk.shown() == ["op-4", "op-1", "op-3", "op-2"]
    assert await desk.shown(RefundQuery(descending=False)) == ["op-1", "op-4", "op-2", "op-3"]
    assert desk.open[-1] == RefundsOpen(needs_person=2, checking=1)
    assert desk.open[-1] == desk.list.open


async def test_by_amount(desk: Desk) -> None:
    for number, amount in ((1, 500), (2, 900), (3, 100)):
        await desk.put(number, amount=amount)

    assert await desk.shown(RefundQuery(sort="amount")) == ["op-2", "op-1", "op-3"]


async def test_of_some_states_and_days(desk: Desk) -> None:
    await desk.put(1, State.HUMAN)
    await desk.put(2)
    at = datetime.fromtimestamp(NOW + 2, KST)

    assert await desk.shown(RefundQuery(states=frozenset({State.HUMAN}))) == ["op-1"]
    assert await desk.shown(RefundQuery(since=at)) == ["op-2"]
    assert await desk.shown(RefundQuery(until=at)) == ["op-1"]
    assert await desk.shown(RefundQuery(since=at, until=at + timedelta(seconds=1))) == ["op-2"]


async def test_words_are_found_wherever_they_stand(desk: Desk) -> None:
    row = await desk.put(1, amount=7000, merchant_uid="A-77-b", actor="Lee")
    await desk.put(2, amount=400)
    desk.names.known = {ImpUid("imp_1"): ("작약 한 다발", "김민서")}
    words = ("IMP_1", "a77b", "lee", "7,000원", "₩7000", "작약", "ㄱㅁㅅ", "too late", str(row.code).lower())

    for word in words:
        assert "op-1" in await desk.shown(RefundQuery(words=(word,))), word
    assert await desk.shown(RefundQuery(words=("김민서", "7,000"))) == ["op-1"]
    assert await desk.shown(RefundQuery(words=("김민서", "400"))) == []


async def test_a_broken_copy_hides_no_refund(desk: Desk) -> None:
    await desk.put(1)
    desk.names.is_broken = True

    assert await desk.shown() == ["op-1"]
    assert desk.list.has_unnamed


async def test_a_row_follows_what_moves_and_another_look_changes_nothing(desk: Desk) -> None:
    row = await desk.put(1, State.UNKNOWN)
    await desk.shown()
    before = desk.changes

    desk.bus.publish(RefundMoved(row=row))
    assert desk.changes == before

    desk.bus.publish(RefundMoved(row=replace(row, state=State.CONFIRMED)))
    assert desk.changes == before + 1
    marked = desk.list.latest_about(ImpUid("imp_1"))
    assert marked is not None
    assert marked.state is State.CONFIRMED
    assert desk.open[-1] == RefundsOpen()


async def test_a_payment_is_marked_by_what_matters_most(desk: Desk) -> None:
    await desk.put(1, State.HUMAN)
    row = planned("op-9", seen(subject="imp_1"))
    assert await desk.journal.apply(insert(replace(row, state=State.CONFIRMED))) is Committed.YES
    await desk.put(2, State.NOT_SENT)
    await desk.put(3, State.REFUSED)
    await desk.shown()

    states = {uid: row.state for uid, row in desk.list.marks().items()}
    assert states == {"imp_1": State.HUMAN, "imp_2": State.NOT_SENT, "imp_3": State.REFUSED}
    assert desk.list.latest_about(ImpUid("imp_7")) is None
    assert desk.list.number_of("op-9") is not None


async def test_what_another_program_writes_is_read_anew(desk: Desk) -> None:
    row = await desk.put(1, State.UNKNOWN)
    await desk.shown()
    assert await desk.journal.apply(move(row, State.HUMAN)) is Committed.YES
    desk.journal._journal.standing = Standing.IN_USE

    ids = await desk.list.ids(ALL)

    assert [one.row.state for one in await desk.list.rows(ids)] == [State.HUMAN]


async def test_the_file_holds_requests_readings_and_who_did_what(desk: Desk) -> None:
    await desk.put(1)
    file = await RefundFiles(desk.journal).read("op-1")

    assert file is not None
    assert [(one.number, one.cause, one.actor, one.answer) for one in file.requests] == [
        (1, "click", "kim", "")
    ]
    assert [one.event for one in file.events] == ["planned", "claimed", "moved"]
    assert file.server_message == ""
    assert await RefundFiles(desk.journal).read("none") is None


@pytest.mark.parametrize(
    ("reading", "lean"),
    [
        (seen(), Lean.NOTHING),
        (seen(7000, entry("c1", 3000)), Lean.EQUAL),
        (seen(7000, entry("c1", 3000, text=planned().reason)), Lean.NAMED),
        (seen(9000, entry("c1", 1000)), Lean.OTHER),
        (seen(9000), Lean.OTHER),
    ],
)
def test_the_evidence_says_one_thing(reading: object, lean: Lean) -> None:
    row = planned()

    found = evidence(row, reading)  # type: ignore[arg-type] # parametrized

    assert (found.before, found.expected) == (10_000, 7000)
    assert leaning(row, found) is lean
