"""Lists of refunds over real sockets: bad rows are told apart and never sent, the rest is resumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portdesk.api.errors import ApiError
from portdesk.domain.errors import InputError
from portdesk.domain.shops import Credentials
from portdesk.ledger.batch import Limits, Next, Part
from portdesk.ledger.instruction import from_minor
from portdesk.ledger.refund import Wish
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.journal import Journal
from portdesk.store.secrets import Secrets
from portdesk.usecases.bulk_lists import BulkLists
from portdesk.usecases.bulk_refunds import ACCOUNT_GONE, BulkRun
from portdesk.usecases.dry_runs import DryRun, Verdict, bank_code
from portdesk.usecases.list_readings import NOT_SHOWN
from portdesk.usecases.refund_columns import Manner, RowWish, understand, wishes
from portdesk.usecases.shops import OpenShop, Shops
from samples.workbooks import workbook

pytestmark = pytest.mark.anyio

CANCEL = "POST /payments/cancel"
MANY = "GET /payments"
ROWS = 12


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=200, seed=3)) as sandbox:
        yield sandbox


class Counter:
    """Payments nobody has touched, a dozen anew for each test."""

    def __init__(self, sandbox: RunningSandbox, first: int) -> None:
        self.sandbox = sandbox
        self._first = first
        model = next(
            wire
            for wire in reversed(sandbox.state.payments(status="paid"))
            if (wire["pay_method"], wire["currency"], wire["pg_provider"]) == ("card", "KRW", "kcp")
            and not wire["escrow"]
        )
        self.amount = int(model["amount"])
        for number in range(ROWS):
            self.put(model, number)

    def put(self, model: Payment, number: int, **fields: Any) -> str:
        uid, order = f"imp_8{self._first + number:011d}", f"L-{self._first + number}"
        self.sandbox.state.put(model | {"imp_uid": uid, "merchant_uid": order} | fields)
        return uid

    def uid(self, number: int) -> str:
        return f"imp_8{self._first + number:011d}"

    def order(self, number: int) -> str:
        return f"L-{self._first + number}"

    def move(self, number: int, *, tier: int) -> None:
        """To another sub-merchant, where our keys do not see it."""
        with self.sandbox.state.held() as state:
            state.book._sql.execute(
                "update payments set tier = ? where imp_uid = ?", (tier, self.uid(number))
            )

    def returned(self) -> list[int]:
        found = [self.sandbox.state.payment(self.uid(number)) for number in range(ROWS)]
        return [int(one["cancel_amount"]) for one in found if one]

    def model_of(self, **fields: Any) -> Payment:
        with self.sandbox.state.held() as state:
            return next(
                payment
                for payment in reversed(list(state.book.payments("tier = ? and test = ?", (0, 0))))
                if payment["status"] == "paid"
                and all(payment[name] == value for name, value in fields.items())
            )


_taken = iter(range(0, 10_000, 100))


@pytest.fixture
def counter(running: RunningSandbox) -> Iterator[Counter]:
    yield Counter(running, next(_taken))
    running.faults.clear()


@pytest.fixture
async def shop(running: RunningSandbox, counter: Counter, tmp_path: Path) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=running.imp_key, imp_secret=running.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(running.base_url, keys, name="demo")
    await opened.refunds.check_due(0.0)
    checking = asyncio.get_running_loop().create_task(opened.refunds.keep_checking())
    yield opened
    checking.cancel()
    await opened.close()
    shops.close()


@pytest.fixture
def lists(shop: OpenShop) -> BulkLists:
    return shop.bulk


def nothing(_done: int, _total: int) -> None:
    """Nobody watches."""


async def tried(lists: BulkLists, *rows: RowWish) -> DryRun:
    return await lists.check(rows, nothing)


def row(line: int, **fields: Any) -> RowWish:
    amount = fields.pop("amount", 100)
    return RowWish(line=line, amount=None if amount is None else Decimal(amount), reason="r", **fields)


def said(run: DryRun, number: int = 0) -> str:
    return " / ".join(str(remark.words) for remark in run.rows[number].remarks)


async def sent(lists: BulkLists, run: DryRun, *, with_warned: bool = True) -> BulkRun:
    plan = lists.prepare(run.chosen(with_warned=with_warned), run.currency)
    await lists.write_down(plan, Limits())
    await lists.go_on(plan)
    return plan


async def test_a_list_by_id_and_by_order_is_read_a_hundred_at_a_time(
    lists: BulkLists, counter: Counter
) -> None:
    before = len(counter.sandbox.visits.all(MANY))
    run = await tried(
        lists,
        *(row(n, imp_uid=counter.uid(n)) for n in range(6)),
        *(row(n, merchant_uid=counter.order(n)) for n in range(6, ROWS)),
    )

    assert {one.verdict for one in run.rows} == {Verdict.SENDABLE}
    assert [one.payment.imp_uid for one in run.rows if one.payment] == [counter.uid(n) for n in range(ROWS)]
    assert len(counter.sandbox.visits.all(MANY)) == before + 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "above zero"),
        (-1, "above zero"),
        ("0.5", "no such fractions"),
        (2**63, "More than what is left"),
        (Decimal(10) ** 40, "More than what is left"),
        (10**8, "More than what is left"),
    ],
)
async def test_an_amount_that_cannot_be(lists: BulkLists, counter: Counter, amount: Any, words: str) -> None:
    run = await tried(lists, row(2, imp_uid=counter.uid(0), amount=amount), row(3, imp_uid=counter.uid(1)))

    assert words in said(run)
    assert [one.verdict for one in run.rows] == [Verdict.BLOCKED, Verdict.SENDABLE]
    await sent(lists, run)
    assert counter.returned()[:2] == [0, 100]


async def test_the_same_payment_twice_is_sent_for_neither_row(lists: BulkLists, counter: Counter) -> None:
    run = await tried(
        lists,
        row(2, imp_uid=counter.uid(0)),
        row(3, merchant_uid=counter.order(0)),
        row(4, imp_uid=counter.uid(1)),
    )

    assert "in the list 2 times" in said(run) == said(run, 1)
    await sent(lists, run)
    assert counter.returned()[:2] == [0, 100]


async def test_another_shops_rows_are_not_shown_to_us(lists: BulkLists, counter: Counter) -> None:
    run = await tried(lists, row(2, imp_uid="imp_000000000000"), row(3, merchant_uid="theirs"))

    assert said(run) == said(run, 1) == str(NOT_SHOWN.words)
    assert run.chosen(with_warned=True) == ()


async def test_an_id_and_an_order_of_different_payments(lists: BulkLists, counter: Counter) -> None:
    run = await tried(lists, row(2, imp_uid=counter.uid(0), merchant_uid=counter.order(1)))

    assert "different payments" in said(run)


async def test_an_order_with_two_payments_that_hold_money_has_to_be_named(
    lists: BulkLists, counter: Counter
) -> None:
    model = counter.sandbox.state.payment(counter.uid(0))
    assert model
    counter.put(model, 50, merchant_uid=counter.order(0))
    run = await tried(lists, row(2, merchant_uid=counter.order(0)), row(3, merchant_uid=counter.order(1)))

    assert [one.verdict for one in run.rows] == [Verdict.BLOCKED, Verdict.SENDABLE]
    assert "2 payments of this order" in said(run)


async def test_of_an_order_that_was_tried_twice_the_paid_one_is_meant(
    lists: BulkLists, counter: Counter
) -> None:
    model = counter.sandbox.state.payment(counter.uid(0))
    assert model
    counter.put(model, 51, merchant_uid=counter.order(0), status="failed", paid_at=0, failed_at=1)
    run = await tried(lists, row(2, merchant_uid=counter.order(0)))

    assert run.rows[0].payment is not None
    assert run.rows[0].payment.imp_uid == counter.uid(0)


async def test_one_list_has_one_currency(lists: BulkLists, counter: Counter) -> None:
    foreign = counter.put(counter.model_of(currency="USD"), 52)
    run = await tried(
        lists, row(2, imp_uid=foreign, amount=1), *(row(n, imp_uid=counter.uid(n)) for n in range(2))
    )

    assert run.currency == "KRW"
    assert "in USD, the list in KRW" in said(run)
    assert run.sums()[Verdict.BLOCKED].amount == 0


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ({}, "goes to a bank account"),
        (
            {"refund_bank": "088", "refund_account": "110-12A-4567", "refund_holder": "김민서"},
            "digits and hyphens",
        ),
        ({"refund_bank": "088", "refund_account": "1" * 17, "refund_holder": "김민서"}, "at most 16 digits"),
        (
            {"refund_bank": "777", "refund_account": "110123456789", "refund_holder": "김민서"},
            "no bank with the code",
        ),
        (
            {"refund_bank": "신한은행", "refund_account": "110123456789", "refund_holder": "김" * 17},
            "at most 16 char",
        ),
    ],
)
async def test_a_wrong_account_is_told_by_row(
    lists: BulkLists, counter: Counter, account: dict[str, str], words: str
) -> None:
    uid = counter.put(counter.model_of(pay_method="vbank", pg_provider="tosspayments"), 53)
    run = await tried(lists, row(2, imp_uid=uid, **account))

    assert words in said(run)
    assert run.rows[0].verdict is Verdict.BLOCKED


async def test_a_right_account_goes_along_and_is_never_written_down(
    lists: BulkLists, counter: Counter, tmp_path: Path
) -> None:
    uid = counter.put(counter.model_of(pay_method="vbank", pg_provider="tosspayments"), 54)
    bank = {"refund_bank": "신한", "refund_account": "110-987-654321", "refund_holder": "김민서"}
    run = await tried(lists, row(2, imp_uid=uid, **bank, refund_tel="010-1234-5678"))
    assert run.rows[0].verdict is not Verdict.BLOCKED, said(run)

    plan = await sent(lists, run)
    assert (await plan.report())[Part.CONFIRMED].rows == 1
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in ("110987654321", "110-987-654321"):
        assert secret.encode() not in written
    forgotten = BulkRun(lists._refunds, lists._journal, lists.prepare(run.rows, "KRW").plan)
    await forgotten.begin(Limits(), "kim")
    assert await forgotten.go_on("kim") is Next.FINISHED
    assert list(forgotten.skipped.values()) == [ACCOUNT_GONE]


async def test_an_account_that_was_not_kept_is_given_again(lists: BulkLists, counter: Counter) -> None:
    model = counter.model_of(pay_method="vbank", pg_provider="tosspayments")
    uids = [counter.put(model, 55 + number) for number in range(2)]
    bank = {"refund_bank": "신한", "refund_account": "110-987-654321", "refund_holder": "김민서"}
    rows = [row(n, imp_uid=uid, refund_tel="010-1234-5678", **bank) for n, uid in enumerate(uids)]
    run = await tried(lists, *rows)
    plan = lists.prepare(run.rows, run.currency)
    await lists.write_down(plan, Limits())
    lists._runs.clear()  # as after a new start
    (waiting,) = await lists.unfinished()
    again = lists.run_of(waiting.plan)

    assert again.lacking == {0, 1}
    strangers = [row(2, imp_uid=counter.uid(0), **bank), row(3, imp_uid=uids[0])]
    assert await lists.give_accounts(again, strangers) == 0
    assert await lists.give_accounts(again, rows) == 2
    assert again.lacking == frozenset()
    await lists.go_on(again)
    assert (await again.report())[Part.CONFIRMED].rows == 2


def test_banks_are_known_by_name_and_without_their_zeros() -> None:
    assert [bank_code("tosspayments", text) for text in ("088", "88", "신한은행", "신한", "국민")] == [
        "088", "088", "088", "088", "004"
    ]  # fmt: skip
    assert bank_code("kcp", "신한은행") == "BK88"
    assert bank_code("tosspayments", "화성은행") == "화성은행"


async def test_a_payment_of_which_the_same_went_back_is_warned_about(
    lists: BulkLists, counter: Counter
) -> None:
    wish = row(2, imp_uid=counter.uid(0))
    await sent(lists, await tried(lists, wish))
    again = await tried(lists, wish)

    assert again.rows[0].verdict is Verdict.WARNED
    assert "went back before" in said(again)
    assert again.chosen(with_warned=False) == ()


async def test_all_that_is_left_is_what_is_left_now(lists: BulkLists, counter: Counter) -> None:
    await sent(lists, await tried(lists, row(2, imp_uid=counter.uid(0))))
    run = await tried(lists, row(2, imp_uid=counter.uid(0), amount=None))
    assert run.rows[0].amount == counter.amount - 100

    await sent(lists, run)
    assert counter.returned()[0] == counter.amount
    nothing_left = await tried(lists, row(2, imp_uid=counter.uid(0), amount=None))
    assert "Nothing is left" in said(nothing_left)


async def test_a_row_under_way_elsewhere_is_blocked(
    lists: BulkLists, shop: OpenShop, counter: Counter
) -> None:
    counter.sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL))
    shown = await shop.refunds.show(counter.uid(0))
    wish = Wish(amount=from_minor(50, "KRW"), currency="KRW", reason="first", actor="lee")
    await shop.refunds.confirm(shop.refunds.prepare(shown, wish), "lee")
    run = await tried(lists, row(2, imp_uid=counter.uid(0)))

    assert (
        said(run).startswith("An earlier refund of this payment") or run.rows[0].verdict is Verdict.SENDABLE
    )


async def test_a_server_that_cannot_be_asked_makes_no_verdict(lists: BulkLists, counter: Counter) -> None:
    counter.sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=MANY, status=500, count=None))

    with pytest.raises(ApiError):
        await tried(lists, row(2, imp_uid=counter.uid(0)))


async def test_a_dry_run_can_be_stopped_and_sends_nothing(lists: BulkLists, counter: Counter) -> None:
    counter.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=MANY, seconds=5, count=None))
    before = len(counter.sandbox.visits.all(CANCEL))
    task = asyncio.get_running_loop().create_task(tried(lists, row(2, imp_uid=counter.uid(0))))
    await asyncio.sleep(0.05)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(counter.sandbox.visits.all(CANCEL)) == before


async def test_a_file_with_everything_wrong_sends_only_the_right_row(
    lists: BulkLists, counter: Counter, tmp_path: Path
) -> None:
    rows: Sequence[Sequence[Any]] = [
        ["imp_uid", "주문번호", "환불금액", "사유"],
        [counter.uid(0), "", "0", "r"],
        [counter.uid(1), "", "-100", "r"],
        [counter.uid(2), "", "0.5", "r"],
        [counter.uid(3), "", str(2**63), "r"],
        [counter.uid(4), "", str(counter.amount + 1), "r"],
        [counter.uid(5), "", "", "r"],
        [counter.uid(6), "", "전부", "r"],
        ["", "", "100", "r"],
        ["imp_000000000000", "", "100", "r"],
        [counter.uid(7), "", "100", "r"],
        ["", counter.order(7), "100", "r"],
        [counter.uid(8), counter.order(9), "100", "r"],
        [counter.uid(10), "", "1,000원", "=HYPERLINK(evil)"],
        [counter.uid(11), "", "", "r"],
    ]
    path = workbook(tmp_path / "l.xlsx", rows, lambda sheet: sheet.write_formula("C15", "=100", None, 100))
    (table,) = await lists.read(path)
    understood = understand(table.lines)
    run = await lists.check(tuple(wishes(table.lines[1:], understood.columns, Manner())), nothing)

    bad = [one for one in run.rows if one.verdict is Verdict.BLOCKED]
    assert [one.wish.line for one in bad] == [n for n in range(2, 16) if n != 14]
    assert all(one.remarks for one in bad)
    plan = await sent(lists, run)
    assert [one.subject for one in plan.plan.rows] == [counter.uid(10)]
    assert counter.returned() == [1000 if n == 10 else 0 for n in range(ROWS)]


async def test_what_was_stopped_is_found_again_and_gone_on_with(lists: BulkLists, counter: Counter) -> None:
    run = await tried(lists, *(row(n, imp_uid=counter.uid(n)) for n in range(ROWS)))
    plan = lists.prepare(run.chosen(with_warned=False), run.currency)
    await lists.write_down(plan, Limits())
    (waiting,) = await lists.unfinished()
    assert waiting.sums[Part.NOT_STARTED].rows == ROWS

    counter.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=0.05, count=None))
    going = asyncio.get_running_loop().create_task(lists.go_on(plan))
    while not counter.returned()[0]:  # noqa: ASYNC110 - the sandbox sets no event of ours
        await asyncio.sleep(0.01)
    assert (await lists.unfinished())[0].is_running
    plan.pause()
    assert await going is Next.PAUSED

    (rest,) = await lists.unfinished()
    assert 0 < rest.sums[Part.NOT_STARTED].rows < ROWS
    before = counter.returned()
    await asyncio.sleep(0.2)
    assert counter.returned() == before, "something went on by itself"

    lists._runs.clear()  # as after a new start
    again = lists.run_of(rest.plan)
    assert await lists.go_on(again) is Next.FINISHED
    assert counter.returned() == [100] * ROWS
    assert await lists.unfinished() == []


async def test_the_rest_can_be_given_up(lists: BulkLists, counter: Counter) -> None:
    run = await tried(lists, *(row(n, imp_uid=counter.uid(n)) for n in range(3)))
    plan = lists.prepare(run.rows, run.currency)
    await lists.write_down(plan, Limits())
    await lists.give_up(plan)

    assert await lists.unfinished() == []
    assert counter.returned()[:3] == [0, 0, 0]


async def test_nothing_is_given_up_while_it_runs(lists: BulkLists, counter: Counter) -> None:
    counter.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=0.2, count=None))
    run = await tried(lists, row(2, imp_uid=counter.uid(0)))
    plan = lists.prepare(run.rows, run.currency)
    await lists.write_down(plan, Limits())
    going = asyncio.get_running_loop().create_task(lists.go_on(plan))
    await asyncio.sleep(0.05)
    with pytest.raises(InputError, match="on its way"):
        await lists.give_up(plan)
    assert await lists.go_on(plan) is Next.WAIT, "it goes on already"

    assert await going is Next.FINISHED


async def test_payments_that_are_not_shown_any_more_are_left_alone_until_they_are(
    lists: BulkLists, counter: Counter
) -> None:
    run = await tried(lists, *(row(n, imp_uid=counter.uid(n)) for n in range(4)))
    counter.move(1, tier=1)
    plan = await sent(lists, run)
    assert list(plan.skipped) == [1]
    counter.move(1, tier=0)
    assert sum(counter.returned()) == 300

    assert await lists.go_on(plan) is Next.FINISHED
    assert sum(counter.returned()) == 400


async def test_another_accounts_lists_are_not_shown(
    lists: BulkLists, shop: OpenShop, counter: Counter
) -> None:
    run = await tried(lists, row(2, imp_uid=counter.uid(0)))
    await lists.write_down(lists.prepare(run.rows, run.currency), Limits())
    stranger = BulkLists(
        shop.refunds,
        lists._journal,
        lists._dry_runs,
        lists.choices,
        shop="another",
        actor="kim",
        now=lists._now,
    )

    assert len(await lists.unfinished()) == 1
    assert await stranger.unfinished() == []


async def test_what_portone_said_of_a_refusal_is_kept(lists: BulkLists, counter: Counter) -> None:
    run = await tried(lists, row(2, imp_uid=counter.uid(0)))
    with counter.sandbox.state.held() as state:
        state.book.set_trouble(counter.uid(0), "정산 대금이 부족합니다")
    plan = lists.prepare(run.rows, run.currency)
    await lists.write_down(plan, Limits())
    going = asyncio.get_running_loop().create_task(lists.go_on(plan))
    async with asyncio.timeout(5):
        while not (text := (await lists.said(plan)).get(0)):  # noqa: ASYNC110 - the journal sets no event
            await asyncio.sleep(0.02)
    await lists.end()
    assert going.cancelled(), "a run that is asked to end ends"

    assert "정산 대금이 부족합니다" in text


async def test_the_plan_is_on_disk_before_the_first_request(lists: BulkLists, counter: Counter) -> None:
    run = await tried(lists, row(2, imp_uid=counter.uid(0)))
    plan = lists.prepare(run.rows, run.currency)
    before = len(counter.sandbox.visits.all(CANCEL))
    await lists.write_down(plan, Limits())

    assert len(counter.sandbox.visits.all(CANCEL)) == before
    ((plan_id, _, state),) = await lists._journal.run(Journal.plans)
    assert (plan_id, state) == (plan.plan.id, "planned")
