"""Every Endpoint over real sockets against the sandbox, in good weather and bad."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import pytest

from portdesk.api.client import Client, Patience
from portdesk.api.endpoint import NoRequest
from portdesk.api.endpoints import ALL_ENDPOINTS
from portdesk.api.endpoints.authenticate import GET_TOKEN, GetToken
from portdesk.api.endpoints.balances import FETCH_BALANCE, FetchBalance
from portdesk.api.endpoints.billing_keys import FETCH_BILLING_KEY, FetchBillingKey
from portdesk.api.endpoints.codes import FETCH_BANK, FETCH_CARD, LIST_BANKS, LIST_CARDS, FetchBank, FetchCard
from portdesk.api.endpoints.payments import (
    CANCEL_PAYMENT,
    FETCH_PAYMENT,
    FETCH_PAYMENTS,
    FIND_ALL_PAYMENTS,
    FIND_PAYMENT,
    LIST_PAYMENTS_BY_STATUS,
    CancelPayment,
    FetchPayment,
    FetchPayments,
    FindAllPayments,
    FindPayment,
    ListPaymentsByStatus,
)
from portdesk.api.endpoints.tiers import FETCH_TIER, FetchTier
from portdesk.api.endpoints.users import FETCH_PG_SETTINGS
from portdesk.api.endpoints.validation import (
    CHANGE_PREPARE,
    FETCH_PREPARE,
    PREPARE_PAYMENT,
    FetchPrepare,
    PreparePayment,
)
from portdesk.api.errors import (
    ApiError,
    NoReplyError,
    NotExecutedError,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    ServerFaultError,
    TokenError,
    TooManyRequestsError,
    UnexpectedReplyError,
)
from portdesk.api.paging import pages
from portdesk.domain.ids import CustomerUid, ImpUid, MerchantUid
from portdesk.domain.payments import Payment
from portdesk.domain.shops import Credentials
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings

pytestmark = pytest.mark.anyio

CANCEL = CANCEL_PAYMENT.name
FETCH = FETCH_PAYMENT.name
AT_ONCE = Patience(first_wait=0, longest_wait=0, jitter=0)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=600, seed=11)) as running:
        yield running


@pytest.fixture
async def client(sandbox: RunningSandbox) -> AsyncIterator[Client]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    client = Client(sandbox.base_url, keys, patience=AT_ONCE)
    yield client
    await client.aclose()


async def recent(client: Client, **like: Any) -> Payment:
    """A payment of the last ninety days with these fields."""
    async for reply in pages(client, LIST_PAYMENTS_BY_STATUS, ListPaymentsByStatus(payment_status="all")):
        for payment in reply.value.list:
            if all(getattr(payment, name) == value for name, value in like.items()):
                return payment
    pytest.fail(f"the shop has no payment with {like}")


async def refundable(client: Client) -> Payment:
    """A card payment that a PG gives back at once."""
    return await recent(client, status="paid", pay_method="card", currency="KRW", pg_provider="html5_inicis")


def refund(payment: Payment, amount: Decimal) -> CancelPayment:
    return CancelPayment(
        imp_uid=payment.imp_uid,
        amount=amount,
        checksum=payment.remaining.value,
        currency=payment.currency,
        reason="고객 변심 [K7Q2MX]",
    )


def statuses(sandbox: RunningSandbox, operation: str, count: int) -> list[int | None]:
    """The answers of one operation, once there are `count`; the server notes them after they are sent."""
    sandbox.visits.wait_for(lambda visit: visit.operation == operation, count=count)
    return [visit.status for visit in sandbox.visits.all(operation)]


class TestEveryEndpoint:
    async def test_each_reads_what_the_sandbox_says(self, client: Client, sandbox: RunningSandbox) -> None:
        payment = await refundable(client)
        payco = (sandbox.state.payment(payment.imp_uid) or {}) | {
            "imp_uid": "imp_700000000001",
            "merchant_uid": "PAYCO-1",
            "pg_provider": "payco",
        }
        sandbox.state.put(payco)
        uid, order = payment.imp_uid, payment.merchant_uid
        subscriber = next(row["customer_uid"] for row in sandbox.state.payments() if row["customer_uid"])
        prepare = PreparePayment(merchant_uid=MerchantUid("fresh/order"), amount=Decimal("12.50"))
        changed = PreparePayment(merchant_uid=MerchantUid("fresh/order"), amount=Decimal(20), currency="KRW")
        calls: list[tuple[Any, Any]] = [
            (GET_TOKEN, GetToken(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)),
            (FETCH_PAYMENT, FetchPayment(imp_uid=uid)),
            (FETCH_PAYMENTS, FetchPayments(imp_uid=(uid,))),
            (FIND_PAYMENT, FindPayment(merchant_uid=order)),
            (FIND_ALL_PAYMENTS, FindAllPayments(merchant_uid=order, limit=5)),
            (LIST_PAYMENTS_BY_STATUS, ListPaymentsByStatus(payment_status="paid", limit=1000)),
            (FETCH_BALANCE, FetchBalance(imp_uid=ImpUid("imp_700000000001"))),
            (CANCEL_PAYMENT, refund(payment, Decimal(100))),
            (PREPARE_PAYMENT, prepare),
            (CHANGE_PREPARE, changed),
            (FETCH_PREPARE, FetchPrepare(merchant_uid=MerchantUid("fresh/order"))),
            (LIST_CARDS, NoRequest()),
            (FETCH_CARD, FetchCard(card_standard_code="361")),
            (LIST_BANKS, NoRequest()),
            (FETCH_BANK, FetchBank(bank_standard_code="004")),
            (FETCH_PG_SETTINGS, NoRequest()),
            (FETCH_TIER, FetchTier(tier_code="JJ1")),
            (FETCH_BILLING_KEY, FetchBillingKey(customer_uid=CustomerUid(subscriber))),
        ]

        values = {endpoint.name: (await client.send(endpoint, request)).value for endpoint, request in calls}

        assert set(values) == {endpoint.name for endpoint in ALL_ENDPOINTS}
        assert {visit.status for visit in sandbox.visits.all()} == {200}
        assert values[FETCH_PAYMENT.name] == payment
        assert values[FETCH_PAYMENTS.name].list == (payment,)
        assert values[FIND_PAYMENT.name].merchant_uid == order
        assert payment in values[FIND_ALL_PAYMENTS.name].list
        assert values[CANCEL_PAYMENT.name].cancel_amount == 100
        assert values[PREPARE_PAYMENT.name].amount == Decimal("12.5")
        assert (values[FETCH_PREPARE.name].amount, values[FETCH_PREPARE.name].currency) == (20, "KRW")
        assert values[FETCH_BALANCE.name].amount == payment.amount
        assert values[FETCH_BANK.name].code == "004"
        assert values[FETCH_BILLING_KEY.name].customer_uid == subscriber
        assert len(values[LIST_CARDS.name].list) > 10
        assert {setting.is_test_channel for setting in values[FETCH_PG_SETTINGS.name].list} == {True, False}
        for listed in (FETCH_PAYMENTS, FIND_ALL_PAYMENTS, LIST_PAYMENTS_BY_STATUS, FETCH_PG_SETTINGS):
            assert values[listed.name].unreadable == 0

    async def test_pages_bring_every_row_once(self, client: Client) -> None:
        asked = ListPaymentsByStatus(payment_status="all", limit=7)

        replies = [reply.value async for reply in pages(client, LIST_PAYMENTS_BY_STATUS, asked)]

        uids = [payment.imp_uid for page in replies for payment in page.list]
        assert len(uids) == len(set(uids)) == replies[0].total > 14

    async def test_a_page_beyond_the_data_is_a_refusal(self, client: Client) -> None:
        with pytest.raises(RefusedError) as caught:
            await client.send(LIST_PAYMENTS_BY_STATUS, ListPaymentsByStatus(payment_status="all", page=999))

        assert caught.value.http_status == 400

    async def test_some_missing_is_partial(self, client: Client) -> None:
        payment = await refundable(client)
        request = FetchPayments(imp_uid=(payment.imp_uid, ImpUid("imp_000000000000")))

        reply = await client.send(FETCH_PAYMENTS, request)

        assert reply.is_partial
        assert reply.value.list == (payment,)

    async def test_unknown_is_not_found(self, client: Client) -> None:
        with pytest.raises(NotFoundError) as caught:
            await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=ImpUid("imp_000000000000")))

        assert caught.value.server_message

    async def test_test_channels_are_hidden_only_when_asked_for(self, client: Client) -> None:
        payment = await recent(client, is_test_channel=True)

        shown = await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=payment.imp_uid))

        assert shown.value == payment
        with pytest.raises(NotFoundError):
            await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=payment.imp_uid, include_sandbox=False))

    async def test_foreign_money_is_exact(self, client: Client) -> None:
        payment = await recent(client, currency="USD", status="paid")

        assert payment.amount == round(payment.amount, 2)
        assert payment.charged.is_plain


class TestKeys:
    async def test_wrong_keys(self, sandbox: RunningSandbox) -> None:
        client = Client(sandbox.base_url, Credentials(imp_key=sandbox.imp_key, imp_secret="wrong"))

        with pytest.raises(TokenError) as caught:
            await client.send(FETCH_PG_SETTINGS, NoRequest())

        assert caught.value.endpoint == GET_TOKEN.name
        await client.aclose()

    async def test_a_tier_sees_its_own(self, client: Client, sandbox: RunningSandbox) -> None:
        keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, tier_code="JJ1")
        branch = Client(sandbox.base_url, keys)
        asked = ListPaymentsByStatus(payment_status="all", limit=1000)

        ours = (await client.send(LIST_PAYMENTS_BY_STATUS, asked)).value
        theirs = (await branch.send(LIST_PAYMENTS_BY_STATUS, asked)).value

        assert not {payment.imp_uid for payment in ours.list} & {payment.imp_uid for payment in theirs.list}
        await branch.aclose()

    async def test_an_expired_token_is_renewed_unnoticed_for_reads(
        self, client: Client, sandbox: RunningSandbox
    ) -> None:
        payment = await refundable(client)
        sandbox.faults.add(Fault(kind=FaultKind.EXPIRED_TOKEN, operation=FETCH))

        assert (await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=payment.imp_uid))).value == payment
        assert statuses(sandbox, FETCH, 2) == [401, 200]

    async def test_an_expired_token_stops_a_refund_before_it_happens(
        self, client: Client, sandbox: RunningSandbox
    ) -> None:
        payment = await refundable(client)
        sandbox.faults.add(Fault(kind=FaultKind.EXPIRED_TOKEN, operation=CANCEL))

        with pytest.raises(NotExecutedError):
            await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))

        assert statuses(sandbox, CANCEL, 1) == [401]
        assert (await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=payment.imp_uid))).value == payment
        assert (await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))).value.cancel_amount == 100

    async def test_many_calls_at_once_ask_for_one_token(
        self, client: Client, sandbox: RunningSandbox
    ) -> None:
        await asyncio.gather(*(client.send(LIST_BANKS, NoRequest()) for _ in range(30)))

        assert statuses(sandbox, LIST_BANKS.name, 30) == [200] * 30
        assert statuses(sandbox, GET_TOKEN.name, 1) == [200]


class TestRefund:
    async def test_a_partial_one(self, client: Client) -> None:
        payment = await refundable(client)

        after = (await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))).value

        assert after.cancel_amount == 100
        assert after.cancel_history[-1].reason == "고객 변심 [K7Q2MX]"

    async def test_a_stale_checksum_is_refused_in_the_servers_words(self, client: Client) -> None:
        payment = await refundable(client)
        await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))

        with pytest.raises(RefusedError) as caught:
            await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))

        assert caught.value.http_status == 200
        assert caught.value.code == 1
        assert caught.value.server_message


class TestBadWeather:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault(kind=FaultKind.STATUS, operation=FETCH, status=503),
            Fault(kind=FaultKind.HTML, operation=FETCH, status=502),
            Fault(kind=FaultKind.RESET, operation=FETCH),
            Fault(kind=FaultKind.LOST_ANSWER, operation=FETCH),
            Fault(kind=FaultKind.CUT_BODY, operation=FETCH),
            Fault(kind=FaultKind.TOO_MANY, operation=FETCH),
            Fault(kind=FaultKind.RESET, operation=GET_TOKEN.name),
        ],
        ids=lambda fault: f"{fault.kind.value} {fault.operation}",
    )
    async def test_a_read_gets_through_a_passing_fault(
        self, client: Client, sandbox: RunningSandbox, fault: Fault
    ) -> None:
        uid = sandbox.state.payments(status="paid")[-1]["imp_uid"]
        sandbox.faults.add(fault)

        reply = await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=uid))

        assert reply.value.imp_uid == uid
        assert sandbox.faults.waiting() == []

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            (Fault(kind=FaultKind.STATUS, count=None, operation=FETCH, status=500), ServerFaultError),
            (Fault(kind=FaultKind.TOO_MANY, count=None, operation=FETCH, seconds=60), TooManyRequestsError),
            (Fault(kind=FaultKind.LOST_ANSWER, count=None, operation=FETCH), NoReplyError),
            (Fault(kind=FaultKind.HTML, count=None, operation=FETCH, status=200), UnexpectedReplyError),
            (Fault(kind=FaultKind.GARBAGE, count=None, operation=FETCH), UnexpectedReplyError),
            (Fault(kind=FaultKind.WRONG_TYPES, count=None, operation=FETCH), UnexpectedReplyError),
        ],
        ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
    )
    async def test_a_lasting_fault_is_named(
        self, client: Client, sandbox: RunningSandbox, fault: Fault, expected: type[ApiError]
    ) -> None:
        uid = sandbox.state.payments(status="paid")[-1]["imp_uid"]
        sandbox.faults.add(fault)

        with pytest.raises(expected) as caught:
            await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=uid))

        assert type(caught.value) is expected

    @pytest.mark.parametrize(
        ("fault", "is_done"),
        [
            (Fault(kind=FaultKind.STATUS, operation=CANCEL, status=500), False),
            (Fault(kind=FaultKind.STATUS, operation=CANCEL, status=502, after_work=True), True),
            (Fault(kind=FaultKind.HTML, operation=CANCEL, status=200), None),
            (Fault(kind=FaultKind.RESET, operation=CANCEL), False),
            (Fault(kind=FaultKind.TOO_MANY, operation=CANCEL), False),
            (Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL), True),
            (Fault(kind=FaultKind.CUT_BODY, operation=CANCEL), True),
            (Fault(kind=FaultKind.GARBAGE, operation=CANCEL), True),
            (Fault(kind=FaultKind.WRONG_TYPES, operation=CANCEL), True),
        ],
        ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
    )
    async def test_a_refund_without_a_clear_answer_is_open_and_was_sent_once(
        self, client: Client, sandbox: RunningSandbox, fault: Fault, *, is_done: bool | None
    ) -> None:
        payment = await refundable(client)
        sandbox.faults.add(fault)

        with pytest.raises(OutcomeUnknownError):
            await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))

        after = (await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=payment.imp_uid))).value
        assert after.cancel_amount in ((0, 100) if is_done is None else (100,) if is_done else (0,))
        assert len(statuses(sandbox, CANCEL, 1)) == 1

    async def test_a_stopped_server(self, sandbox: RunningSandbox) -> None:
        keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
        client = Client(sandbox.base_url, keys, patience=AT_ONCE)
        payment = await refundable(client)
        sandbox.stop()

        with pytest.raises(NoReplyError):
            await client.send(CANCEL_PAYMENT, refund(payment, Decimal(100)))
        with pytest.raises(NoReplyError):
            await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=payment.imp_uid))
        await client.aclose()
