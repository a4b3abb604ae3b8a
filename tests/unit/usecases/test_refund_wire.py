from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from portdesk.api import errors
from portdesk.api.client import Client, Patience
from portdesk.api.endpoints.authenticate import GET_TOKEN
from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials
from portdesk.ledger.instruction import Observation
from portdesk.ledger.steps import Accepted, NotExecuted, NotSent, Refused, Unclear, Unreadable
from portdesk.usecases.refund_wire import Extras, RefundAccount, RefundWire, answer_of, hash_of, request_of
from samples.instructions import planned
from samples.payments import wire

pytestmark = pytest.mark.anyio

CANCEL = CANCEL_PAYMENT.name
LEAVES = [
    errors.ApiError, errors.NoReplyError, errors.TlsError, errors.OutcomeUnknownError, errors.TokenError,
    errors.NotExecutedError, errors.TooManyRequestsError, errors.ServerFaultError, errors.RefusedError,
    errors.NotFoundError, errors.UnexpectedReplyError,
]  # fmt: skip


class TestAnswer:
    @pytest.mark.parametrize("kind", LEAVES)
    def test_an_error_of_another_call_means_that_this_one_was_not_made(
        self, kind: type[errors.ApiError]
    ) -> None:
        assert answer_of(kind(GET_TOKEN.name)) == NotSent(kind.__name__)

    @pytest.mark.parametrize(
        ("error", "answer"),
        [
            (errors.NoReplyError(CANCEL, cause="ConnectError"), NotSent("ConnectError")),
            (errors.TlsError(CANCEL), NotSent("TlsError")),
            (errors.NotExecutedError(CANCEL, http_status=401), NotExecuted()),
            (errors.OutcomeUnknownError(CANCEL, cause="ReadTimeout"), Unclear("ReadTimeout")),
            (errors.OutcomeUnknownError(CANCEL, http_status=502), Unclear("502")),
            (errors.OutcomeUnknownError(CANCEL, place="amount"), Unclear("amount")),
            (errors.OutcomeUnknownError(CANCEL), Unclear("?")),
            (
                errors.RefusedError(CANCEL, code=-1, server_message="no" * 999),
                Refused(-1, ("no" * 999)[:300]),
            ),
            (errors.RefusedError(CANCEL, code=1), Refused(1, "")),
            (errors.RefusedError(CANCEL), Unclear("RefusedError")),
            (errors.RefusedError(CANCEL, code=0), Unclear("RefusedError")),
            (errors.NotFoundError(CANCEL, http_status=404), Unclear("NotFoundError")),
            (errors.TokenError(CANCEL, http_status=403), Unclear("TokenError")),
            (errors.TooManyRequestsError(CANCEL, http_status=429), Unclear("TooManyRequestsError")),
            (errors.ServerFaultError(CANCEL, http_status=500), Unclear("ServerFaultError")),
            (errors.UnexpectedReplyError(CANCEL), Unclear("UnexpectedReplyError")),
            (errors.ApiError(CANCEL), Unclear("ApiError")),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_whatever_is_not_known_to_be_harmless_is_unclear(
        self, error: errors.ApiError, answer: Any
    ) -> None:
        assert answer_of(error) == answer


class TestRequest:
    def test_the_body_is_the_instruction_and_nothing_else(self) -> None:
        row = planned(tax_free=Decimal(0))
        body = CANCEL_PAYMENT.call(request_of(row, Extras())).body or b""

        assert json.loads(body) == {
            "imp_uid": "imp_1",
            "amount": 3000,
            "checksum": 10_000,
            "reason": row.reason,
            "tax_free": 0,
        }
        assert hash_of(request_of(row, Extras())) == hashlib.sha256(body).hexdigest()

    def test_what_some_providers_want_goes_along(self) -> None:
        account = RefundAccount(
            refund_holder="홍길동", refund_bank="004", refund_account="123", refund_tel="02"
        )
        extras = Extras(account=account, requester="admin", retain_promotion=False)
        body = json.loads(CANCEL_PAYMENT.call(request_of(planned(), extras)).body or b"")

        assert {name: body[name] for name in body if name.startswith("refund_")} == {
            "refund_holder": "홍길동",
            "refund_bank": "004",
            "refund_account": "123",
            "refund_tel": "02",
        }
        assert (body["extra"], body["retain_promotion"]) == ({"requester": "admin"}, False)
        assert "홍길동" not in f"{account}{extras}"


Handler = Callable[[httpx.Request], httpx.Response]


def answered(response: object, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"code": 0, "message": None, "response": response}, **more)


class Reached:
    """A wire to a server that is a function, and what the local copy was told."""

    def __init__(self, answer: Handler) -> None:
        self.told: list[object] = []
        self.error: Exception | None = None
        self.calls: list[str] = []

        def handle(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/users/getToken":
                return answered({"access_token": "t", "now": 1, "expired_at": 1800})
            self.calls.append(f"{request.method} {request.url.path}")
            return answer(request)

        keys = Credentials(imp_key="k", imp_secret="s")
        patience = Patience(attempts=1, first_wait=0)
        self.client = Client(
            "http://127.0.0.1:1", keys, transport=httpx.MockTransport(handle), patience=patience
        )
        self.wire = RefundWire(self.client, self.tell)

    async def tell(self, reply: object) -> None:
        self.told.append(reply)
        if self.error:
            raise self.error


class TestWire:
    async def test_a_reading_is_kept_and_told(self) -> None:
        date = {"Date": "Tue, 22 Sep 2026 03:00:00 GMT"}
        reached = Reached(lambda _request: answered(wire(1), headers=date))
        seen = await reached.wire.look(ImpUid("imp_000000000001"))

        assert isinstance(seen, Observation)
        assert seen.server_time == 1_790_046_000
        assert len(reached.told) == 1
        assert reached.wire.server_seconds() == 1_790_046_000
        await reached.client.aclose()

    async def test_without_a_clock_of_the_servers_there_is_no_time(self) -> None:
        reached = Reached(lambda _request: answered(wire(1)))
        _, seen = await reached.wire.fetch(ImpUid("imp_000000000001"))

        assert seen.server_time is None
        assert reached.wire.server_seconds() is None
        await reached.client.aclose()

    async def test_a_local_copy_that_fails_changes_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        reached = Reached(lambda _request: answered(wire(1)))
        reached.error = StoreUnusableError(Message("full"))

        assert isinstance(await reached.wire.look(ImpUid("imp_000000000001")), Observation)
        assert isinstance(await reached.wire.send(request_of(planned(), Extras())), Accepted)
        assert "did not take a reading" in caplog.text
        await reached.client.aclose()

    async def test_what_is_not_shown_is_named(self) -> None:
        reached = Reached(
            lambda _request: httpx.Response(404, json={"code": -1, "message": "x", "response": None})
        )

        assert await reached.wire.look(ImpUid("imp_1")) == Unreadable("NotFoundError")
        await reached.client.aclose()

    async def test_a_request_that_cannot_be_put_on_the_wire_is_not_sent(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reached = Reached(lambda _request: answered(wire(1)))

        async def refuse(*_: object) -> None:
            raise InputError(Message("x"))

        monkeypatch.setattr(reached.client, "send", refuse)
        assert await reached.wire.send(request_of(planned(), Extras())) == NotSent("InputError")

        async def break_down(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(reached.client, "send", break_down)
        assert await reached.wire.send(request_of(planned(), Extras())) == Unclear("RuntimeError")
        await reached.client.aclose()

    @pytest.mark.parametrize(
        ("listed", "known", "calls", "is_proof"),
        [
            ([1, 2], None, 2, True),
            ([1], None, 1, True),
            ([], None, 1, False),
            ([2], None, 2, True),
            ([], "imp_000000000002", 1, True),
        ],
    )
    async def test_another_record_is_read_from_the_server(
        self, listed: list[int], known: str | None, calls: int, is_proof: bool
    ) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if "/status/" in request.url.path:
                page = {"total": 1, "previous": 0, "next": 0, "list": [wire(number) for number in listed]}
                return answered(page)
            return answered(wire(int(request.url.path[-1])))

        reached = Reached(answer)
        other = ImpUid(known) if known else None

        assert await reached.wire.look_elsewhere(ImpUid("imp_000000000001"), other) is is_proof
        assert len(reached.calls) == calls
        await reached.client.aclose()

    async def test_another_record_that_answers_for_a_third_is_no_proof(self) -> None:
        reached = Reached(lambda _request: answered(wire(3)))

        assert not await reached.wire.look_elsewhere(ImpUid("imp_1"), ImpUid("imp_000000000002"))
        assert FETCH_PAYMENT.method == "GET"
        await reached.client.aclose()

    async def test_a_known_record_that_is_gone_gives_way_to_the_list(self) -> None:
        """One payment that another account made, or that was purged, must not hold up every verdict."""

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("imp_000000000002"):
                return httpx.Response(404, json={"code": -1, "message": "", "response": None})
            if request.url.path.endswith("imp_000000000003"):
                return answered(wire(3))
            return answered({"total": 1, "previous": 0, "next": 0, "list": [wire(2), wire(3)]})

        reached = Reached(answer)
        gone = ImpUid("imp_000000000002")

        assert await reached.wire.look_elsewhere(ImpUid("imp_000000000001"), gone)
        await reached.client.aclose()

    async def test_a_list_that_cannot_be_read_is_no_proof(self) -> None:
        reached = Reached(lambda _request: httpx.Response(500))

        assert not await reached.wire.look_elsewhere(ImpUid("imp_1"), None)
        await reached.client.aclose()
