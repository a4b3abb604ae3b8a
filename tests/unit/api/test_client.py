from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from doubles.portone import KEYS, Clock, PortOne, envelope, ok
from doubles.sockets import reply, serving
from portdesk.api import client as client_module
from portdesk.api.client import Client, Patience
from portdesk.api.endpoints.authenticate import GET_TOKEN, GetToken
from portdesk.api.endpoints.payments import (
    CANCEL_PAYMENT,
    FETCH_PAYMENT,
    FETCH_PAYMENTS,
    LIST_PAYMENTS_BY_STATUS,
    CancelPayment,
    FetchPayment,
    FetchPayments,
    ListPaymentsByStatus,
)
from portdesk.api.endpoints.validation import PREPARE_PAYMENT, PreparePayment
from portdesk.api.errors import (
    ApiError,
    NoReplyError,
    OutcomeUnknownError,
    RefusedError,
    ServerFaultError,
    TlsError,
    TooManyRequestsError,
    UnexpectedReplyError,
)
from portdesk.domain.errors import InputError
from portdesk.domain.ids import ImpUid, MerchantUid
from portdesk.domain.shops import Credentials
from samples.payments import wire

pytestmark = pytest.mark.anyio

ONE = FetchPayment(imp_uid=ImpUid("imp_1"))
REFUND = CancelPayment(imp_uid=ImpUid("imp_1"), amount=Decimal(1000), checksum=Decimal(38000), currency="KRW")
PREPARE = PreparePayment(merchant_uid=MerchantUid("order"), amount=Decimal(1000))
TRANSPORT_ERRORS = [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError, OSError]


def page(count: int) -> httpx.Response:
    return ok({"total": count, "previous": 0, "next": 0, "list": [wire(n) for n in range(count)]})


class TestRequest:
    async def test_bearer_and_tier_and_json(self) -> None:
        portone = PortOne(ok({"merchant_uid": "order", "amount": 1000}))
        keys = Credentials(imp_key="k", imp_secret="s", tier_code="A1B")
        client = portone.client(credentials=keys)

        await client.send(PREPARE_PAYMENT, PREPARE)

        (request,) = portone.requests
        assert request.headers["Authorization"] == "Bearer token-1"
        assert request.headers["Tier"] == "A1B"
        assert request.headers["Content-Type"] == "application/json"
        assert request.content == b'{"merchant_uid":"order","amount":1000}'
        (asked,) = portone.token_requests
        assert asked.content == b'{"imp_key":"k","imp_secret":"s"}'
        assert "Authorization" not in asked.headers
        assert asked.headers["Tier"] == "A1B"
        await client.aclose()

    async def test_no_tier_header_without_a_tier(self) -> None:
        portone = PortOne(ok(wire(1)))
        client = portone.client()

        await client.send(FETCH_PAYMENT, ONE)

        assert "Tier" not in portone.requests[0].headers
        await client.aclose()

    @pytest.mark.parametrize("tier", ["ab1", "ABCD", "A B", "A\r\n", "가나다", "AB1\n"])
    def test_a_tier_that_is_none_is_refused(self, tier: str) -> None:
        with pytest.raises(InputError):
            Client("http://127.0.0.1:1", Credentials(imp_key="k", imp_secret="s", tier_code=tier))

    def test_another_address_is_refused(self) -> None:
        with pytest.raises(InputError):
            Client("https://evil.example", KEYS)


class TestReply:
    async def test_207_is_partial(self) -> None:
        client = PortOne(ok([wire(1)], status=207)).client()

        reply_ = await client.send(FETCH_PAYMENTS, FetchPayments(imp_uid=(ImpUid("imp_1"), ImpUid("imp_2"))))

        assert reply_.is_partial
        assert len(reply_.value.list) == 1
        await client.aclose()

    async def test_the_servers_time_is_carried_on_by_the_steady_clock(self) -> None:
        clock = Clock()
        client = PortOne(ok(wire(1), Date="Wed, 21 Oct 2026 07:28:00 GMT")).client(clock=clock)
        assert client.server_now() is None

        reply_ = await client.send(FETCH_PAYMENT, ONE)
        clock.now += 90

        assert reply_.server_time == datetime(2026, 10, 21, 7, 28, tzinfo=UTC)
        assert client.server_now() == datetime(2026, 10, 21, 7, 29, 30, tzinfo=UTC)
        await client.aclose()

    @pytest.mark.parametrize(("rows", "is_aside"), [(1, False), (100, True)])
    async def test_large_replies_are_read_away_from_the_screens_thread(
        self, monkeypatch: pytest.MonkeyPatch, *, rows: int, is_aside: bool
    ) -> None:
        threads = []

        def judged(*arguments: Any) -> Any:
            threads.append(threading.current_thread())
            return judge(*arguments)

        judge = client_module.judge
        monkeypatch.setattr(client_module, "judge", judged)
        client = PortOne(page(rows)).client()

        await client.send(LIST_PAYMENTS_BY_STATUS, ListPaymentsByStatus(payment_status="all"))

        assert (threads[-1] is not threading.main_thread()) is is_aside
        await client.aclose()


class TestRepeating:
    @pytest.mark.parametrize("cause", [*TRANSPORT_ERRORS, httpx.ConnectError, httpx.ConnectTimeout])
    async def test_a_read_is_repeated_after_no_reply(self, cause: type[Exception]) -> None:
        portone = PortOne(cause(""), cause(""), ok(wire(1)))
        client = portone.client()

        await client.send(FETCH_PAYMENT, ONE)

        assert len(portone.requests) == 3
        await client.aclose()

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
    async def test_a_read_is_repeated_when_the_server_stumbles(self, status: int) -> None:
        portone = PortOne(httpx.Response(status), ok(wire(1)))
        client = portone.client()

        await client.send(FETCH_PAYMENT, ONE)

        assert len(portone.requests) == 2
        await client.aclose()

    async def test_not_for_ever(self) -> None:
        portone = PortOne(httpx.Response(503))
        client = portone.client(patience=Patience(attempts=4, first_wait=0, longest_wait=0, jitter=0))

        with pytest.raises(ServerFaultError):
            await client.send(FETCH_PAYMENT, ONE)

        assert len(portone.requests) == 4
        await client.aclose()

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (envelope(1, "no"), RefusedError),
            (envelope(-1, "no", status=404), RefusedError),
            (httpx.Response(200, content=b"<html>"), UnexpectedReplyError),
            (httpx.Response(302), UnexpectedReplyError),
        ],
    )
    async def test_a_clear_answer_is_not_asked_for_again(
        self, answer: httpx.Response, expected: type[ApiError]
    ) -> None:
        portone = PortOne(answer)
        client = portone.client()

        with pytest.raises(expected):
            await client.send(FETCH_PAYMENT, ONE)

        assert len(portone.requests) == 1
        await client.aclose()

    @pytest.mark.parametrize("answer", [*TRANSPORT_ERRORS, 200, 302, 404, 408, 429, 500, 503])
    @pytest.mark.parametrize(("endpoint", "request_"), [(CANCEL_PAYMENT, REFUND), (PREPARE_PAYMENT, PREPARE)])
    async def test_what_writes_is_sent_once(self, endpoint: Any, request_: Any, answer: Any) -> None:
        portone = PortOne(httpx.Response(answer) if isinstance(answer, int) else answer(""))
        client = portone.client()

        with pytest.raises(OutcomeUnknownError):
            await client.send(endpoint, request_)

        assert len(portone.requests) == 1
        await client.aclose()

    @pytest.mark.parametrize("cause", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
    async def test_what_never_left_is_known_not_to_have_happened(self, cause: type[Exception]) -> None:
        portone = PortOne(cause(""))
        client = portone.client()

        with pytest.raises(NoReplyError):
            await client.send(CANCEL_PAYMENT, REFUND)

        assert len(portone.requests) == 1
        await client.aclose()

    async def test_a_refusal_of_money_is_told_in_its_own_words(self) -> None:
        portone = PortOne(envelope(1, "이미 전액취소된 주문입니다."))
        client = portone.client()

        with pytest.raises(RefusedError) as caught:
            await client.send(CANCEL_PAYMENT, REFUND)

        assert (caught.value.code, caught.value.server_message) == (1, "이미 전액취소된 주문입니다.")
        await client.aclose()


class TestPatience:
    CALL = FETCH_PAYMENT.call(ONE)
    NAME = FETCH_PAYMENT.name

    def test_a_short_wait_is_obeyed_and_a_long_one_handed_on(self) -> None:
        patience = Patience(longest_obeyed=20)

        assert patience.wait(self.CALL, TooManyRequestsError(self.NAME, retry_after=7)) == 7
        assert patience.wait(self.CALL, TooManyRequestsError(self.NAME, retry_after=21)) is False
        assert patience.wait(self.CALL, TooManyRequestsError(self.NAME)) is True

    def test_a_broken_trust_is_not_tried_again(self) -> None:
        assert Patience().wait(self.CALL, NoReplyError(self.NAME)) is True
        assert Patience().wait(self.CALL, TlsError(self.NAME)) is False

    def test_the_tokens_own_patience_is_not_multiplied(self) -> None:
        assert Patience().wait(self.CALL, NoReplyError("POST /users/getToken")) is False

    def test_foreign_errors_are_not_ours_to_repeat(self) -> None:
        assert Patience().wait(self.CALL, ZeroDivisionError()) is False

    async def test_retry_after_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waits = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        monkeypatch.setattr("stamina._core._smart_sleep", sleep)
        portone = PortOne(httpx.Response(429, headers={"Retry-After": "7"}), ok(wire(1)))
        client = portone.client()

        await client.send(FETCH_PAYMENT, ONE)

        assert waits == [7.0]
        await client.aclose()


class TestOpening:
    async def test_calls_at_once_share_one_connection_pool(self, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = []

        def open_wire(*arguments: Any) -> Any:
            opened.append(threading.current_thread())
            return original(*arguments)

        original = client_module._open_wire
        monkeypatch.setattr(client_module, "_open_wire", open_wire)
        client = PortOne(ok(wire(1))).client()

        keys = GetToken(imp_key="k", imp_secret="s")
        await asyncio.gather(*(client.send(GET_TOKEN, keys) for _ in range(10)))

        assert len(opened) == 1
        assert opened[0] is not threading.main_thread()
        await client.aclose()

    def test_importing_and_making_a_client_loads_no_http_library(self) -> None:
        program = (
            "import sys\n"
            "from portdesk.api.client import Client\n"
            "from portdesk.api.address import API_URL\n"
            "from portdesk.domain.shops import Credentials\n"
            "Client(API_URL, Credentials(imp_key='k', imp_secret='s'))\n"
            "print([name for name in ('httpx', 'httpcore', 'truststore') if name in sys.modules])\n"
        )

        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

        assert ran.stdout.strip() == "[]"

    def test_the_first_call_imports_nothing_on_the_screens_thread(self) -> None:
        program = (
            "import asyncio, sys, threading\n"
            "from portdesk.api import client\n"
            "from portdesk.api.endpoints.authenticate import GET_TOKEN, GetToken\n"
            "from portdesk.domain.shops import Credentials\n"
            "make, before = client._open_wire, set()\n"
            "def opened(*args):\n"
            "    wire = make(*args)\n"
            "    before.update(sys.modules)\n"
            "    return wire\n"
            "client._open_wire = opened\n"
            "async def hang_up(reader, writer):\n"
            "    await reader.readline()\n"
            "    writer.close()\n"
            "async def main():\n"
            "    server = await asyncio.start_server(hang_up, '127.0.0.1', 0)\n"
            "    url = 'http://127.0.0.1:%d' % server.sockets[0].getsockname()[1]\n"
            "    patience = client.Patience(attempts=1)\n"
            "    ours = client.Client(url, Credentials(imp_key='k', imp_secret='s'), patience=patience)\n"
            "    try:\n"
            "        await ours.send(GET_TOKEN, GetToken(imp_key='k', imp_secret='s'))\n"
            "    except client.ApiError as error:\n"
            "        print(type(error).__name__, sorted(set(sys.modules) - before))\n"
            "    await ours.aclose()\n"
            "    server.close()\n"
            "asyncio.run(main())\n"
        )

        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

        assert ran.stdout.strip() == "NoReplyError []"

    async def test_an_offline_client_sends_nothing_and_says_why(self) -> None:
        portone = PortOne(ok(wire(1)))
        client = portone.client(offline=True)
        for endpoint, request in ((FETCH_PAYMENT, ONE), (CANCEL_PAYMENT, REFUND)):
            with pytest.raises(NoReplyError) as caught:
                await client.send(endpoint, request)
            assert "offline" in caught.value.text.id
        await client.aclose()
        assert portone.requests == []

    async def test_a_closed_client_sends_nothing(self) -> None:
        portone = PortOne(ok(wire(1)))
        client = portone.client()
        await client.send(FETCH_PAYMENT, ONE)
        await client.aclose()

        with pytest.raises(NoReplyError):
            await client.send(FETCH_PAYMENT, ONE)
        with pytest.raises(NoReplyError):
            await client.send(CANCEL_PAYMENT, REFUND)

        assert len(portone.requests) == 1

    async def test_closing_twice_or_unused_is_fine(self) -> None:
        client = PortOne(ok(wire(1))).client()

        await client.aclose()
        await client.aclose()


class TestSockets:
    """A refund over a real connection, cut at every place."""

    BODY = reply(b'{"code":0,"message":null,"response":{"imp_uid":"imp_1"}}')

    @pytest.mark.parametrize("sent", [0, 1, 20, len(BODY) - 1])
    async def test_an_answer_cut_anywhere_leaves_the_outcome_open(self, sent: int) -> None:
        requests = []

        async def handle(request: bytes, writer: asyncio.StreamWriter) -> None:
            requests.append(request)
            writer.write(self.BODY[:sent])

        async with serving(handle) as base_url:
            client = Client(base_url, KEYS)
            with pytest.raises(OutcomeUnknownError):
                await client.send(CANCEL_PAYMENT, REFUND)
            await client.aclose()

        assert len(requests) == 1
        assert requests[0].endswith(b'{"imp_uid":"imp_1","amount":1000,"checksum":38000}')
        assert requests[0].startswith(b"POST /payments/cancel HTTP/1.1\r\n")

    async def test_a_connection_the_server_has_closed_is_not_used_for_money(self) -> None:
        served = 0

        async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
            nonlocal served
            served += 1
            writer.write(reply(b'{"code":1,"message":"no","response":null}'))

        async with serving(handle) as base_url:
            client = Client(base_url, KEYS)
            for _ in range(3):
                with pytest.raises(RefusedError):
                    await client.send(CANCEL_PAYMENT, REFUND)
                await asyncio.sleep(0.01)
            await client.aclose()

        assert served == 3
