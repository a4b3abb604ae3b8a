"""What an exchange means for its caller: a value, or which error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar

from portdesk.api.codec import Envelope, read_envelope
from portdesk.api.endpoint import Endpoint, Kind
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
from portdesk.domain.errors import WireError
from portdesk.domain.messages import Message

A = TypeVar("A")

_OK: Final = 200
_REDIRECTS: Final = 300
_CLIENT_ERRORS: Final = 400
_SERVER_ERRORS: Final = 500

_HURRIED: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)

_READING_ERRORS: Final[dict[int, type[ApiError]]] = {
    HTTPStatus.UNAUTHORIZED: TokenError,
    HTTPStatus.FORBIDDEN: TokenError,
    HTTPStatus.REQUEST_TIMEOUT: NoReplyError,
    HTTPStatus.TOO_MANY_REQUESTS: TooManyRequestsError,
}

_LONGEST_MESSAGE: Final = 2000
_FOREIGN: Final = Message("Something other than PortOne answered.")
_SIGN_IN: Final = Message(
    "This network may want you to sign in first: open any page in a browser, then try again."
)


@dataclass(frozen=True, slots=True)
class Reply(Generic[A]):
    """
    A success: HTTP 2xx and code 0, and data that fits.

    `server_time` is the server's `Date`. `is_partial` is HTTP 207: some of what was asked for is missing.
    """

    value: A
    server_time: datetime | None = None
    is_partial: bool = False


def judge_failure(name: str, kind: Kind, failure: Failure) -> ApiError:
    """The error of an exchange that brought no answer."""
    if kind.is_writing and failure.may_be_sent:
        return OutcomeUnknownError(name, cause=failure.cause)
    if failure.is_tls:
        return TlsError(name, cause=failure.cause)
    if "Timeout" in failure.cause:
        return NoReplyError(name, cause=failure.cause, text=Message("PortOne did not answer in time."))
    return NoReplyError(name, cause=failure.cause)


def judge(endpoint: Endpoint[Any, A], answer: Answer) -> Reply[A] | ApiError:
    """The value of an answer, or its error; never raises."""
    try:
        return _judge(endpoint, answer)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not look like a refusal
        cause = type(error).__name__
    error_kind = _unclear(endpoint.kind)
    return error_kind(endpoint.name, http_status=answer.status, place="program", cause=cause)


def _judge(endpoint: Endpoint[Any, A], answer: Answer) -> Reply[A] | ApiError:
    place, envelope = answer.damage, None
    if place is None:
        try:
            envelope = read_envelope(answer.body)
        except WireError as error:
            place = error.place
    if not _OK <= answer.status < _REDIRECTS:
        kind = _error_kind(endpoint.kind, answer.status, is_enveloped=envelope is not None)
        return _error(kind, endpoint, answer, envelope, place)
    if envelope is None:
        return _error(_unclear(endpoint.kind), endpoint, answer, None, place)
    if envelope.code != 0:
        return _error(_refusal(endpoint.kind), endpoint, answer, envelope)
    try:
        value = endpoint.decode(envelope.response)
    except WireError as error:
        place = error.place
    else:
        return Reply(value, answer.date, answer.status == HTTPStatus.MULTI_STATUS)
    return _error(_unclear(endpoint.kind), endpoint, answer, envelope, place)


def _error_kind(kind: Kind, status: int, *, is_enveloped: bool) -> type[ApiError]:
    is_understood = is_enveloped and _CLIENT_ERRORS <= status < _SERVER_ERRORS
    decide = _writing_error if kind.is_writing else _reading_error
    return decide(kind, status, is_understood=is_understood)


def _writing_error(kind: Kind, status: int, *, is_understood: bool) -> type[ApiError]:
    """Only 401 proves that nothing was done; where money moves, no other status proves anything."""
    if status == HTTPStatus.UNAUTHORIZED:
        return NotExecutedError
    if kind is Kind.MONEY or not is_understood or status in _HURRIED:
        return OutcomeUnknownError
    return NotFoundError if status == HTTPStatus.NOT_FOUND else RefusedError


def _reading_error(kind: Kind, status: int, *, is_understood: bool) -> type[ApiError]:
    if status in _READING_ERRORS:
        return _READING_ERRORS[status]
    if status >= _SERVER_ERRORS:
        return ServerFaultError
    if not is_understood:
        return UnexpectedReplyError
    return NotFoundError if status == HTTPStatus.NOT_FOUND else _refusal(kind)


def _refusal(kind: Kind) -> type[ApiError]:
    return TokenError if kind is Kind.TOKEN else RefusedError


def _unclear(kind: Kind) -> type[ApiError]:
    return OutcomeUnknownError if kind.is_writing else UnexpectedReplyError


def _error(
    kind: type[ApiError],
    endpoint: Endpoint[Any, Any],
    answer: Answer,
    envelope: Envelope | None,
    place: str | None = None,
) -> ApiError:
    message = envelope.message if envelope else None
    is_foreign = kind is UnexpectedReplyError and answer.body.lstrip()[:1] == b"<"
    return kind(
        endpoint.name,
        http_status=answer.status,
        code=envelope.code if envelope else None,
        server_message=message[:_LONGEST_MESSAGE] if message else None,
        retry_after=answer.retry_after,
        place=place,
        text=_FOREIGN if is_foreign else None,
        advice=_SIGN_IN if is_foreign else None,
    )
