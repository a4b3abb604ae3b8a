"""Refunds over real sockets against the sandbox, with the real journal, in good weather and bad."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from doubles.keyrings import KeyringInMemory
from portdesk.api.client import Client, Patience
from portdesk.api.endpoints.authenticate import GET_TOKEN
from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.events import Bus
from portdesk.domain.ids import ImpUid, ShopId
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.refund import Wish
from portdesk.ledger.sending import Outcome
from portdesk.ledger.states import State
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store import journal_backups
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from portdesk.usecases.refund_wire import Extras, RefundAccount, RefundWire, request_of
from portdesk.usecases.refunds import RefundMoved, Refunds

pytestmark = pytest.mark.anyio

CANCEL = CANCEL_PAYMENT.name
FETCH = FETCH_PAYMENT.name
AT_ONCE = Patience(first_wait=0, longest_wait=0, jitter=0)
SHOP = ShopId("f00df00df00d")


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=80, seed=11, **getattr(request, "param", {}))) as running:
        yield running


both_kinds = pytest.mark.parametrize(
    "sandbox",
    [{}, {"echoes_reason": False, "gives_cancellation_id": False}],
    ids=["named", "bare"],
    indirect=True,
)


@dataclass
class Desk:
    sandbox: RunningSandbox
    client: Client
    journal: JournalThread
    refunds: Refunds
    moves: list[RefundMoved]

    def uid(self, nth: int = -1) -> ImpUid:
        cards = [
            wire["imp_uid"]
            for wire in self.sandbox.state.payments(status="paid")
            if wire["pay_method"] == "card" and not wire["escrow"] and wire["pg_provider"] == "html5_inicis"
        ]
        return ImpUid(cards[nth])

    async def prepared(self, amount: int = 100, **fields: Any) -> Instruction:
        shown = await self.refunds.show(self.uid())
        return self.refunds.prepare(shown, wish(amount, **fields))

    async def refund(self, amount: int = 100) -> Outcome:
        return await self.refunds.confirm(await self.prepared(amount), "kim")

    async def until_settled(self) -> Instruction:
        checking = asyncio.get_running_loop().create_task(self.refunds.keep_checking())
        async with asyncio.timeout(20):
            await until(lambda: self.journal.run(Journal.checking), lambda rows: not rows)
        checking.cancel()
        [row] = await self.journal.run(Journal.latest)
        return row

    def requests(self) -> int:
        return sum(visit.operation == CANCEL for visit in self.sandbox.visits.all())

    def returned(self) -> Decimal:
        [wire] = [one for one in self.sandbox.state.payments() if one["imp_uid"] == self.chosen]
        return Decimal(wire["cancel_amount"])

    chosen: str = ""


Opened = Callable[..., Any]


@pytest.fixture
async def desks(tmp_path: Path, sandbox: RunningSandbox) -> AsyncIterator[Opened]:
    keyring = KeyringInMemory()
    keys, no_keys = Secrets(lambda: keyring), Secrets(lambda: None)
    opened: list[Desk] = []

    async def desk(*, quiet: int = 1, has_keyring: bool = True) -> Desk:
        for old in opened:
            await old.journal.close()
            await old.client.aclose()
        opened.clear()
        head = JournalHead(keys if has_keyring else no_keys, SHOP)
        journal = await JournalThread.open(tmp_path / "journal.db", await head.load())
        credentials = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
        client = Client(sandbox.base_url, credentials, patience=AT_ONCE)
        bus, moves = Bus(), []
        bus.subscribe(RefundMoved, moves.append)
        wire = RefundWire(client, note)
        refunds = Refunds(wire, journal, head, bus, shop=SHOP, quiet_seconds=quiet)
        made = Desk(sandbox, client, journal, refunds, moves)
        made.chosen = made.uid()
        opened.append(made)
        return made

    yield desk
    for old in opened:
        await old.journal.close()
        await old.client.aclose()
    keys.close()
    no_keys.close()


@pytest.fixture
async def desk(desks: Opened) -> Desk:
    return await desks()


async def note(_reply: object) -> None:
    """No local copy here."""


def wish(amount: int, **fields: Any) -> Wish:
    return Wish(
        **{
            "amount": Decimal(amount),
            "currency": "KRW",
            "reason": "too late",
            "actor": "kim",
        }
        | fields
    )


async def until(look: Callable[[], Awaitable[Any]], is_over: Callable[[Any], bool]) -> None:
    """Where what happens in another thread or process tells nobody."""
    while not is_over(await look()):  # noqa: ASYNC110 - there is nothing to wait for
        await asyncio.sleep(0.02)


class TestRefund:
    async def test_a_click_moves_the_money_once_and_the_record_names_it(self, desk: Desk) -> None:
        outcome = await desk.refund(100)

        assert outcome.row.state is State.CONFIRMED
        assert outcome.row.cancellation
        assert desk.returned() == 100
        assert desk.requests() == 1
        assert [move.row.state for move in desk.moves] == [State.PLANNED, State.SENDING, State.CONFIRMED]

    async def test_two_clicks_on_one_dialog_are_one_refund(self, desk: Desk) -> None:
        row = await desk.prepared()
        outcomes = await asyncio.gather(*(desk.refunds.confirm(row, "kim") for _ in range(5)))

        assert sorted(outcome.was_started for outcome in outcomes) == [False] * 4 + [True]
        assert desk.returned() == 100

    async def test_two_dialogs_on_one_payment_are_one_refund(self, desk: Desk) -> None:
        rows = [await desk.prepared() for _ in range(2)]
        outcomes = await asyncio.gather(*(desk.refunds.confirm(row, "kim") for row in rows))

        assert sorted(outcome.was_started for outcome in outcomes) == [False, True]
        assert desk.returned() == 100

    async def test_a_refund_account_is_sent_and_written_nowhere(self, desk: Desk, tmp_path: Path) -> None:
        account = RefundAccount(refund_holder="홍길동", refund_bank="004", refund_account="1234509876")
        outcome = await desk.refunds.confirm(
            await desk.prepared(),
            "kim",
            Extras(account=account, requester="customer", retain_promotion=True),
        )

        assert outcome.was_started
        assert b"1234509876" not in b"".join(file.read_bytes() for file in tmp_path.glob("journal*"))
        assert "1234509876" not in repr(account)

    @pytest.mark.parametrize("amount", [0, -1, 10**9, Decimal("0.5"), 2**63])
    async def test_a_sum_that_makes_no_sense_is_not_prepared(self, desk: Desk, amount: Any) -> None:
        with pytest.raises(InputError):
            await desk.prepared(amount)
        assert desk.requests() == 0


@both_kinds
class TestUnclear:
    @pytest.mark.parametrize(
        ("fault", "end"),
        [
            (Fault(kind=FaultKind.STATUS, operation=CANCEL, status=500), State.NOT_APPLIED),
            (Fault(kind=FaultKind.STATUS, operation=CANCEL, status=502, after_work=True), State.CONFIRMED),
            (Fault(kind=FaultKind.HTML, operation=CANCEL, status=200), State.NOT_APPLIED),
            (Fault(kind=FaultKind.RESET, operation=CANCEL), State.NOT_APPLIED),
            (Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL), State.CONFIRMED),
            (Fault(kind=FaultKind.CUT_BODY, operation=CANCEL), State.CONFIRMED),
            (Fault(kind=FaultKind.GARBAGE, operation=CANCEL), State.CONFIRMED),
            (Fault(kind=FaultKind.WRONG_TYPES, operation=CANCEL), State.CONFIRMED),
            (Fault(kind=FaultKind.STATUS, operation=CANCEL, status=404), State.NOT_APPLIED),
        ],
        ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
    )
    async def test_it_is_checked_until_it_is_known_and_never_sent_again(
        self, desk: Desk, fault: Fault, end: State
    ) -> None:
        desk.sandbox.faults.add(fault)
        outcome = await desk.refund()
        assert outcome.row.state is State.UNKNOWN
        row = await desk.until_settled()

        is_named = desk.sandbox.state.settings.echoes_reason
        assert row.state is (end if is_named or end is State.NOT_APPLIED else State.HUMAN)
        assert desk.returned() == (0 if end is State.NOT_APPLIED else 100)
        assert desk.requests() == 1

    async def test_a_refusal_is_believed_after_a_second_look(self, desk: Desk) -> None:
        prepared = await desk.prepared()
        shown = await desk.refunds.show(desk.uid())
        elsewhere = request_of(desk.refunds.prepare(shown, wish(50)), Extras())
        await desk.client.send(CANCEL_PAYMENT, elsewhere)  # another desk: this one knows nothing of it
        outcome = await desk.refunds.confirm(prepared, "kim")

        assert outcome.row.state is State.REFUSED

    async def test_a_refusal_that_was_carried_out_after_all_is_not_called_one(self, desk: Desk) -> None:
        desk.sandbox.faults.add(Fault(kind=FaultKind.REFUSED_BUT_DONE, operation=CANCEL, seconds=0))
        outcome = await desk.refund()
        assert outcome.row.state is State.REFUSED
        row = await desk.until_settled()

        assert row.state in (State.CONFIRMED, State.HUMAN)
        assert desk.returned() == 100

    async def test_a_token_that_has_ended_makes_one_new_attempt(self, desk: Desk) -> None:
        row = await desk.prepared()
        desk.sandbox.faults.add(Fault(kind=FaultKind.EXPIRED_TOKEN, operation=CANCEL))
        outcome = await desk.refunds.confirm(row, "kim")

        assert outcome.row.state is State.CONFIRMED
        assert outcome.row.attempt == 2
        attempts = await desk.journal.run(Journal.attempts, row.id)
        assert [(one.cause, one.answer) for one in attempts] == [
            ("click", "NotExecuted"),
            ("token", "Accepted"),
        ]
        assert desk.returned() == 100

    async def test_without_a_token_nothing_is_sent(self, desk: Desk) -> None:
        row = await desk.prepared()
        desk.sandbox.faults.add(Fault(kind=FaultKind.EXPIRED_TOKEN, operation=CANCEL))
        desk.sandbox.faults.add(
            Fault(kind=FaultKind.STATUS, operation=GET_TOKEN.name, status=500, count=None)
        )
        outcome = await desk.refunds.confirm(row, "kim")

        assert outcome.row.state is State.NOT_SENT
        assert desk.returned() == 0
        assert desk.requests() == 1

    async def test_a_server_that_is_not_there_gets_nothing(self, desk: Desk) -> None:
        row = await desk.prepared()
        desk.sandbox.stop()
        outcome = await desk.refunds.confirm(row, "kim")

        assert outcome.row.state is State.NOT_SENT
        assert outcome.row.attempt == 3

    async def test_who_stops_waiting_leaves_it_to_be_checked(self, desk: Desk) -> None:
        row = await desk.prepared()
        desk.sandbox.faults.add(Fault(kind=FaultKind.DELAYED_ANSWER, operation=CANCEL, seconds=30))

        async def returned() -> Decimal:
            return desk.returned()

        sending = asyncio.get_running_loop().create_task(desk.refunds.confirm(row, "kim"))
        await until(returned, lambda amount: amount == 100)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

        settled = await desk.until_settled()
        assert settled.state in (State.CONFIRMED, State.HUMAN)
        assert desk.returned() == 100

    async def test_a_payment_that_is_hidden_gets_no_verdict(self, desk: Desk) -> None:
        desk.sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
        outcome = await desk.refund()
        desk.sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=FETCH, status=404, count=None))

        checked = await desk.refunds.check(outcome.row)

        assert checked.row.state is State.UNKNOWN
        assert checked.again_in
        assert checked.why == "NotFoundError" or checked.why == "UnexpectedReplyError"  # noqa: PLR1714

    async def test_without_another_record_nothing_is_proven(self, desk: Desk) -> None:
        desk.sandbox.faults.add(Fault(kind=FaultKind.RESET, operation=CANCEL))
        outcome = await desk.refund()
        first = await desk.refunds.check(outcome.row)
        await asyncio.sleep(1.1)  # the server's clock has whole seconds
        desk.sandbox.faults.add(
            Fault(
                kind=FaultKind.STATUS,
                operation="GET /payments/status/{payment_status}",
                status=500,
                count=None,
            )
        )

        checked = await desk.refunds.check(first.row)

        assert checked.row.state is State.UNKNOWN
        assert checked.why == "no other record can be read"


@both_kinds
class TestAgain:
    async def failed(self, desk: Desk) -> Instruction:
        desk.sandbox.faults.add(Fault(kind=FaultKind.RESET, operation=CANCEL))
        await desk.refund()
        row = await desk.until_settled()
        assert row.state is State.NOT_APPLIED
        return row

    async def test_a_new_click_sends_the_same_instruction(self, desk: Desk) -> None:
        row = await self.failed(desk)
        outcome = await desk.refunds.try_again(row.id, "lee")

        assert outcome.row.state is State.CONFIRMED
        assert outcome.row.attempt == 2
        assert desk.returned() == 100

    async def test_not_when_the_payment_has_changed(self, desk: Desk) -> None:
        row = await self.failed(desk)
        await desk.refund(50)

        with pytest.raises(InputError):
            await desk.refunds.try_again(row.id, "lee")
        assert desk.returned() == 50

    async def test_it_can_be_given_up(self, desk: Desk) -> None:
        row = await self.failed(desk)

        assert await desk.refunds.abandon(row.id, "lee")
        with pytest.raises(InputError):
            await desk.refunds.try_again(row.id, "lee")
        with pytest.raises(InputError):
            await desk.refunds.abandon("nothing", "lee")

    async def test_a_person_decides_what_can_be_read_in_two_ways(self, desk: Desk) -> None:
        if desk.sandbox.state.settings.echoes_reason:
            pytest.skip("nothing is ambiguous here")
        desk.sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
        await desk.refund()
        row = await desk.until_settled()
        assert row.state is State.HUMAN

        assert await desk.refunds.decide(
            row.id, State.CONFIRMED_BY_HUMAN, actor="owner", note="seen at the provider"
        )


class TestTwoWindows:
    async def test_of_two_dialogs_drawn_from_one_reading_only_one_is_sent(self, desk: Desk) -> None:
        shown = await desk.refunds.show(desk.uid())
        one, two = (desk.refunds.prepare(shown, wish(amount)) for amount in (100, 200))

        assert (await desk.refunds.confirm(one, "kim")).row.state is State.CONFIRMED
        with pytest.raises(InputError, match="changed"):
            await desk.refunds.confirm(two, "kim")
        assert desk.requests() == 1
        assert [row.id for row in await desk.refunds.latest()] == [one.id]

    async def test_a_sum_of_another_currency_is_never_taken_for_one_of_this(self, desk: Desk) -> None:
        shown = await desk.refunds.show(desk.uid())

        with pytest.raises(InputError, match="currency"):
            desk.refunds.prepare(shown, wish(1, currency="USD"))


class TestAround:
    """What stands around the protocol may fail without touching the money or the truth about it."""

    async def test_a_listener_that_fails_stands_in_nobodys_way(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(_event: object) -> None:
            raise ZeroDivisionError

        desk.refunds.bus.subscribe(RefundMoved, fail)
        outcome = await desk.refund()

        assert outcome.row.state is State.CONFIRMED
        assert "a listener failed" in caplog.text

    async def test_a_head_that_cannot_be_kept_costs_the_proof_alone(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_journal: object) -> None:
            raise StoreUnusableError(Message("The disk refused."))

        monkeypatch.setattr(desk.refunds._head, "follow", fail)

        assert (await desk.refund()).row.state is State.CONFIRMED

    async def test_once_there_is_room_again_refunds_go_on_without_a_new_start(self, desk: Desk) -> None:
        await desk.journal.run(lambda journal: journal.ballast.release())
        assert not desk.refunds.may_send

        await desk.refunds.check_due(0)
        assert desk.refunds.may_send

    async def test_the_screen_does_not_wait_for_the_key_store(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is on the disk may be said; the head is for the next start."""
        told: list[State] = []

        async def slow(_journal: object) -> None:
            told.append(desk.moves[-1].row.state)

        monkeypatch.setattr(desk.refunds._head, "follow", slow)
        await desk.refund()

        assert told == [State.SENDING, State.CONFIRMED]

    async def test_a_payment_that_cannot_be_looked_at_holds_up_no_other(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for nth in (-1, -2):
            desk.sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
            shown = await desk.refunds.show(desk.uid(nth))
            await desk.refunds.confirm(desk.refunds.prepare(shown, wish(100)), "kim")
        stuck, other = (row.id for row in await desk.refunds.open_rows())
        look = desk.refunds._wire.look

        async def broken(imp_uid: ImpUid) -> Any:
            if imp_uid == (await desk.journal.run(Journal.find, stuck)).subject:
                raise ZeroDivisionError
            return await look(imp_uid)

        monkeypatch.setattr(desk.refunds._wire, "look", broken)
        for now in range(5):
            await desk.refunds.check_due(float(now) * 1e6)

        assert (await desk.journal.run(Journal.find, other)).state is State.CONFIRMED
        assert (await desk.journal.run(Journal.find, stuck)).state is State.UNKNOWN
        assert "could not be checked" in caplog.text
        monkeypatch.setattr(desk.refunds._wire, "look", look)
        await desk.refunds.check_due(1e9)
        assert (await desk.journal.run(Journal.find, stuck)).state is State.CONFIRMED


class TestStart:
    async def crashed(self, desks: Opened, state: State) -> Desk:
        desk = await desks()
        row = await desk.prepared()
        real = desk.journal.apply

        async def die(change: Any) -> Any:
            done = await real(change)
            if change.row.state is state:
                raise KeyboardInterrupt
            return done

        desk.journal.apply = die
        with pytest.raises(KeyboardInterrupt):
            await desk.refunds.confirm(row, "kim")
        return await desks()

    async def test_what_was_only_planned_was_not_sent(self, desks: Opened) -> None:
        desk = await self.crashed(desks, State.PLANNED)
        await desk.refunds.recover()

        [row] = await desk.refunds.latest()
        assert row.state is State.NOT_SENT
        assert desk.requests() == 0

    async def test_what_was_claimed_may_have_been_sent(self, desks: Opened) -> None:
        desk = await self.crashed(desks, State.SENDING)
        [row] = await desk.refunds.recover()

        assert row.state is State.UNKNOWN
        assert (await desk.until_settled()).state is State.NOT_APPLIED
        assert desk.requests() == 0

    async def test_without_a_key_store_sending_waits_until_everything_is_settled(self, desks: Opened) -> None:
        desk = await desks(has_keyring=False)
        desk.sandbox.faults.add(Fault(kind=FaultKind.RESET, operation=CANCEL))
        await desk.refund()
        again = await desks(has_keyring=False)

        assert again.refunds.standing is Standing.UNPROVEN
        with pytest.raises(StoreUnusableError):
            await again.refund()
        await again.until_settled()
        await again.refunds.check_due(0)
        assert again.refunds.may_send

    async def test_an_older_journal_waits_for_quiet_and_for_a_person(
        self, desks: Opened, tmp_path: Path
    ) -> None:
        first = await desks()
        old = (tmp_path / "journal.db").read_bytes()
        await first.refund()
        await first.journal.close()
        (tmp_path / "journal.db").write_bytes(old)
        desk = await desks()

        assert desk.refunds.standing is Standing.ROLLED_BACK
        assert not desk.refunds.may_send
        assert not await desk.refunds.accept_older("owner")
        await desk.refunds.show(desk.uid())
        await desk.refunds.check_due(0)
        assert not await desk.refunds.accept_older("owner")
        await asyncio.sleep(1.1)  # the server's clock has whole seconds
        assert await desk.refunds.accept_older("owner")
        assert desk.refunds.may_send
        assert (await desks()).refunds.may_send

    async def test_an_older_journal_stays_locked_over_restarts_whatever_it_finds_out(
        self, desks: Opened, tmp_path: Path
    ) -> None:
        """What is settled in it moves its end, which must not take the place of the one that was lost."""
        desk = await self.crashed(desks, State.SENDING)
        old = (tmp_path / "journal.db").read_bytes()
        await desk.until_settled()
        await desk.refunds.check_due(0)
        await desk.journal.close()
        (tmp_path / "journal.db").write_bytes(old)

        again = await desks()
        assert again.refunds.standing is Standing.ROLLED_BACK
        await again.until_settled()
        assert (await desks()).refunds.standing is Standing.ROLLED_BACK

    async def test_a_key_store_that_was_locked_at_the_start_is_asked_before_trust_is_given(
        self, desks: Opened, tmp_path: Path
    ) -> None:
        first = await desks()
        old = (tmp_path / "journal.db").read_bytes()
        await first.refund()
        keyring = first.refunds._head._keys._keyring
        await first.journal.close()
        (tmp_path / "journal.db").write_bytes(old)
        keyring.is_locked = True
        desk = await desks()
        assert desk.refunds.standing is Standing.UNPROVEN
        keyring.is_locked = False

        await desk.refunds.check_due(0)
        assert desk.refunds.standing is Standing.ROLLED_BACK
        assert (await desks()).refunds.standing is Standing.ROLLED_BACK

    async def test_while_the_key_store_asks_somebody_nothing_is_trusted_and_looking_goes_on(
        self, desks: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = await desks()
        await first.refund()
        keyring = first.refunds._head._keys._keyring
        keyring.is_locked = True
        desk = await desks()
        assert desk.refunds.standing is Standing.UNPROVEN
        unlocked = threading.Event()
        keyring.is_locked = False
        monkeypatch.setattr(keyring, "_ask", lambda: unlocked.wait(10))
        monkeypatch.setattr("portdesk.usecases.refunds.PATIENCE", 0.05)

        await asyncio.wait_for(desk.refunds.check_due(0), 5)
        assert desk.refunds.standing is Standing.UNPROVEN

        unlocked.set()
        monkeypatch.setattr("portdesk.usecases.refunds.PATIENCE", 5.0)
        await desk.refunds.check_due(0)
        assert desk.refunds.standing is Standing.READY

    async def test_what_was_done_under_other_keys_is_left_alone(self, desks: Opened) -> None:
        desk = await self.crashed(desks, State.SENDING)
        desk.refunds._shop = "another"
        [row] = await desk.refunds.recover()

        assert (await desk.refunds.check(row)).why == "another account"
        with pytest.raises(InputError, match="another account"):
            await desk.refunds.abandon(row.id, "kim")

    async def test_every_start_keeps_a_copy(self, desks: Opened, tmp_path: Path) -> None:
        desk = await self.crashed(desks, State.SENDING)
        await desk.until_settled()

        assert journal_backups.generations(tmp_path / "journal.db")

    async def test_a_second_program_only_reads(self, desk: Desk, tmp_path: Path) -> None:
        desk.sandbox.faults.add(Fault(kind=FaultKind.RESET, operation=CANCEL))
        await desk.refund()
        second = await JournalThread.open(tmp_path / "journal.db")
        wire = RefundWire(desk.client, note)
        refunds = Refunds(wire, second, desk.refunds._head, Bus(), shop=SHOP)

        [row] = await refunds.open_rows()
        await refunds.check_due(float("inf"))
        assert [row] == await refunds.open_rows()
        with pytest.raises(StoreUnusableError):
            await refunds.confirm(row, "lee")
        await second.close()

    async def test_a_round_that_fails_is_followed_by_the_next(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        desk.sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
        await desk.refund()
        real = desk.refunds.recover

        async def once() -> Any:
            desk.refunds.recover = real
            desk.refunds._stirred.set()
            raise ZeroDivisionError

        desk.refunds.recover = once

        assert (await desk.until_settled()).state is State.CONFIRMED
        assert "a round of checking failed" in caplog.text

    async def test_a_journal_that_fails_stops_the_refund_before_it_starts(self, desk: Desk) -> None:
        row = await desk.prepared()

        async def broken(_change: object) -> Any:
            raise StoreUnusableError(None)

        desk.journal.apply = broken
        with pytest.raises(StoreUnusableError, match="Nothing was sent"):
            await desk.refunds.confirm(row, "kim")
        assert desk.requests() == 0


@pytest.mark.parametrize("sandbox", [{"refund_delay_seconds": 86_400}], indirect=True)
async def test_what_is_carried_out_later_is_never_called_a_failure_meanwhile(desks: Opened) -> None:
    desk = await desks(quiet=0)
    model = desk.sandbox.state.payment(desk.uid())
    assert model is not None
    uid = ImpUid("imp_000000000042")
    desk.sandbox.state.put(model | {"imp_uid": uid, "merchant_uid": "P-42", "pg_provider": "paypal_v2"})
    shown = await desk.refunds.show(uid)
    done = await desk.refunds.confirm(desk.refunds.prepare(shown, wish(1000)), "kim")
    assert done.row.pays_later
    assert done.row.state is State.UNKNOWN

    for _ in range(3):
        await desk.refunds.check_due(float("inf"))

    again = await desk.refunds.show(uid)
    assert again.unsettled is not None
    assert again.unsettled.state is State.UNKNOWN
    second = await desk.refunds.confirm(desk.refunds.prepare(again, wish(1000)), "kim")
    assert not second.was_started
    assert desk.requests() == 1
