from __future__ import annotations

import json
from typing import Any

import pytest

from portdesk.api.endpoint import Endpoint, Kind
from portdesk.api.endpoints.authenticate import GET_TOKEN
from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT
from portdesk.api.endpoints.validation import PREPARE_PAYMENT
from portdesk.api.errors import (
    ApiError,
    NoReplyError,
    NotExecutedError,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    ServerFaultError,
    TlsError,
    TokenError,
    TooManyRequestsError,
    UnexpectedReplyError,
)
from portdesk.api.exchange import Answer, Failure
from portdesk.api.verdict import Reply, judge, judge_failure
from samples.payments import wire

HTML = b"<!doctype html><title>Sign in to the network</title>"
ENDPOINTS: dict[Kind, Endpoint[Any, Any]] = {
    Kind.READ: FETCH_PAYMENT,
    Kind.WRITE: PREPARE_PAYMENT,
    Kind.MONEY: CANCEL_PAYMENT,
    Kind.TOKEN: GET_TOKEN,
}
READ, WRITE, MONEY, TOKEN = ENDPOINTS


def refusal(code: int = -1) -> bytes:
    return json.dumps({"code": code, "message": "거절", "response": None}).encode()


def error_of(kind: Kind, status: int, body: bytes) -> ApiError:
    outcome = judge(ENDPOINTS[kind], Answer(status, body))
    assert isinstance(outcome, ApiError)
    return outcome


class TestSuccess:
    @pytest.mark.parametrize("status", [200, 201, 202, 207])
    def test_any_2xx_with_code_0(self, status: int) -> None:
        body = json.dumps({"code": 0, "message": None, "response": wire(1)}).encode()

        reply = judge(FETCH_PAYMENT, Answer(status, body))

        assert isinstance(reply, Reply)
        assert reply.value.imp_uid == "imp_000000000001"
        assert reply.is_partial is (status == 207)


@pytest.mark.parametrize(
    ("kind", "status", "body", "expected"),
    [
        # A code other than 0 is a failure whatever the status.
        (READ, 200, refusal(1), RefusedError),
        (WRITE, 200, refusal(1), RefusedError),
        (MONEY, 200, refusal(1), RefusedError),
        (MONEY, 207, refusal(-1), RefusedError),
        (TOKEN, 200, refusal(-1), TokenError),
        # Reads: the status says what kind.
        (READ, 400, refusal(), RefusedError),
        (READ, 401, refusal(), TokenError),
        (READ, 401, b"Unauthorized", TokenError),
        (READ, 403, HTML, TokenError),
        (READ, 404, refusal(), NotFoundError),
        (READ, 404, HTML, UnexpectedReplyError),
        (READ, 408, b"", NoReplyError),
        (READ, 409, refusal(), RefusedError),
        (READ, 429, b"", TooManyRequestsError),
        (READ, 500, refusal(), ServerFaultError),
        (READ, 502, HTML, ServerFaultError),
        (READ, 302, b"", UnexpectedReplyError),
        (READ, 200, HTML, UnexpectedReplyError),
        (READ, 204, b"", UnexpectedReplyError),
        (READ, 200, b'{"code":0,"response":null}', UnexpectedReplyError),
        (READ, 200, b'{"code":0,"response":{}}', UnexpectedReplyError),
        # Code 0 does not save an error status.
        (READ, 400, refusal(0), RefusedError),
        (READ, 500, refusal(0), ServerFaultError),
        # The token's own call.
        (TOKEN, 401, refusal(), TokenError),
        (TOKEN, 400, refusal(), TokenError),
        (TOKEN, 500, b"", ServerFaultError),
        (TOKEN, 200, HTML, UnexpectedReplyError),
        # Writing without money: a clear no is a no.
        (WRITE, 400, refusal(), RefusedError),
        (WRITE, 404, refusal(), NotFoundError),
        (WRITE, 404, HTML, OutcomeUnknownError),
        (WRITE, 401, b"", NotExecutedError),
        (WRITE, 403, HTML, OutcomeUnknownError),
        (WRITE, 408, refusal(), OutcomeUnknownError),
        (WRITE, 429, refusal(), OutcomeUnknownError),
        (WRITE, 500, refusal(), OutcomeUnknownError),
        (WRITE, 302, b"", OutcomeUnknownError),
        (WRITE, 200, HTML, OutcomeUnknownError),
        (WRITE, 200, b'{"code":0,"response":{}}', OutcomeUnknownError),
        # Money: only 401 proves anything.
        (MONEY, 401, HTML, NotExecutedError),
        (MONEY, 400, refusal(), OutcomeUnknownError),
        (MONEY, 403, refusal(), OutcomeUnknownError),
        (MONEY, 404, refusal(), OutcomeUnknownError),
        (MONEY, 409, refusal(), OutcomeUnknownError),
        (MONEY, 429, refusal(), OutcomeUnknownError),
        (MONEY, 500, refusal(), OutcomeUnknownError),
        (MONEY, 503, HTML, OutcomeUnknownError),
        (MONEY, 301, b"", OutcomeUnknownError),
        (MONEY, 200, b"", OutcomeUnknownError),
        (MONEY, 200, HTML, OutcomeUnknownError),
        (MONEY, 200, b'{"code":0,"response":{"imp_uid":"imp_1"}}', OutcomeUnknownError),
    ],
)
def test_what_an_answer_means(kind: Kind, status: int, body: bytes, expected: type[ApiError]) -> None:
    assert type(error_of(kind, status, body)) is expected


@pytest.mark.parametrize(
    ("kind", "failure", "expected"),
    [
        (READ, Failure("ReadTimeout"), NoReplyError),
        (TOKEN, Failure("ReadError"), NoReplyError),
        (READ, Failure("ConnectError", may_be_sent=False, is_tls=True), TlsError),
        (MONEY, Failure("ConnectError", may_be_sent=False), NoReplyError),
        (MONEY, Failure("ConnectError", may_be_sent=False, is_tls=True), TlsError),
        (WRITE, Failure("PoolTimeout", may_be_sent=False), NoReplyError),
        (MONEY, Failure("ReadTimeout"), OutcomeUnknownError),
        (MONEY, Failure("ReadError", is_tls=True), OutcomeUnknownError),
        (WRITE, Failure("RemoteProtocolError"), OutcomeUnknownError),
    ],
)
def test_what_no_answer_means(kind: Kind, failure: Failure, expected: type[ApiError]) -> None:
    error = judge_failure(ENDPOINTS[kind].name, kind, failure)

    assert type(error) is expected
    assert error.cause == failure.cause


class TestDetails:
    def test_the_servers_words_are_kept_as_they_are(self) -> None:
        error = error_of(READ, 404, refusal(-1))

        assert (error.http_status, error.code, error.server_message) == (404, -1, "거절")
        assert error.endpoint == "GET /payments/{imp_uid}"

    def test_they_are_kept_on_open_outcomes_too(self) -> None:
        assert error_of(MONEY, 500, refusal(-1)).server_message == "거절"

    def test_a_very_long_message_is_cut(self) -> None:
        body = json.dumps({"code": 1, "message": "x" * 100_000}).encode()

        assert len(error_of(READ, 200, body).server_message or "") == 2000

    def test_a_reply_that_does_not_fit_says_where(self) -> None:
        body = json.dumps({"code": 0, "response": wire(1, amount="canary")}).encode()

        error = error_of(READ, 200, body)

        assert error.place
        assert "amount" in error.place
        assert "canary" not in f"{error!r} {error.place} {error.advice}"

    def test_a_page_of_another_network_is_called_that(self) -> None:
        assert "Something other than PortOne" in str(error_of(READ, 200, HTML))
        assert "Something other than PortOne" in str(error_of(READ, 404, b"\n" + HTML))

    def test_a_fault_of_our_own_is_never_a_refusal(self) -> None:
        def broken(_: object) -> object:
            raise ZeroDivisionError

        for kind, expected in ((READ, UnexpectedReplyError), (MONEY, OutcomeUnknownError)):
            endpoint = Endpoint(
                method="X", path="/x", tag="", kind=kind, request=ENDPOINTS[kind].request, decode=broken
            )
            error = judge(endpoint, Answer(200, b'{"code":0}'))

            assert type(error) is expected
            assert isinstance(error, ApiError)
            assert (error.place, error.cause) == ("program", "ZeroDivisionError")
            assert error.__context__ is None
