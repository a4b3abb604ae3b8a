"""
What can go wrong between us and PortOne.

PortdeskError
  ApiError                   knows its Endpoint, HTTP status, envelope code and PortOne's own words
    NoReplyError             refused, timed out, cut off; nothing was changed, safe to repeat
      TlsError               the server's certificate or protocol is not to be trusted
    OutcomeUnknownError      a writing call was sent and no clear answer came: never repeated, read back
    TokenError               keys or caller refused
      NotExecutedError       a writing call met a stale token (401): the server did nothing
    TooManyRequestsError     429, with the wait
    ServerFaultError         5xx
    RefusedError             the request was understood and refused; code and message as PortOne wrote them
      NotFoundError          404: unknown, not ours, or hidden; never evidence about money
    UnexpectedReplyError     a reply that does not fit the document; `place` says where, never what

None of them keeps an HTTP object, a request body or a header.
"""

from __future__ import annotations

from typing import ClassVar

from portdesk.domain.errors import PortdeskError
from portdesk.domain.messages import Message

ASK_AGAIN = Message("Nothing was changed. Try again in a moment.")
CHECK_NETWORK = Message("Check this computer's network connection, then try again.")
CHECK_CALLER = Message(
    "Check the REST API key and secret. If they are right, the shop's IP restriction in the PortOne"
    " console may be refusing this computer."
)
CHECK_INSPECTION = Message(
    "A company proxy or a security program may be inspecting this connection, or this computer's clock is"
    " wrong. Ask whoever looks after this network."
)
LOOK_FIRST = Message("Do not repeat it. Read the record again to see whether it happened.")


class ApiError(PortdeskError):
    """
    A call did not bring what was asked for.

    `endpoint` is "GET /payments/{imp_uid}", without ids. `server_message` is raw text from
    outside; only the screen may escape and show it. `cause` names the kind of transport failure.
    """

    words: ClassVar[Message] = Message("The request to PortOne failed.")
    counsel: ClassVar[Message | None] = None

    def __init__(
        self,
        endpoint: str,
        *,
        http_status: int | None = None,
        code: int | None = None,
        server_message: str | None = None,
        retry_after: float | None = None,
        place: str | None = None,
        cause: str | None = None,
        text: Message | None = None,
        advice: Message | None = None,
    ) -> None:
        super().__init__(text or self.words, advice or self.counsel)
        self.endpoint = endpoint
        self.http_status = http_status
        self.code = code
        self.server_message = server_message
        self.retry_after = retry_after
        self.place = place
        self.cause = cause


class NoReplyError(ApiError):
    """No answer came, and nothing was changed by asking."""

    words = Message("PortOne could not be reached.")
    counsel = CHECK_NETWORK


class TlsError(NoReplyError):
    """The secure connection could not be made."""

    words = Message("A secure connection to PortOne could not be made.")
    counsel = CHECK_INSPECTION


class OutcomeUnknownError(ApiError):
    """A writing call was sent, and whether it was carried out is not known."""

    words = Message("No clear answer came from PortOne. It may or may not have been carried out.")
    counsel = LOOK_FIRST


class TokenError(ApiError):
    """PortOne refuses the keys, or this computer."""

    words = Message("PortOne did not accept the shop's keys.")
    counsel = CHECK_CALLER


class NotExecutedError(TokenError):
    """A writing call was turned away at the door with 401: it was not carried out."""

    words = Message("PortOne turned the request away before doing anything.")
    counsel = CHECK_CALLER


class TooManyRequestsError(ApiError):
    """429: `retry_after` is the wait in seconds the server asks for, where it says so."""

    words = Message("PortOne asks us to slow down.")
    counsel = ASK_AGAIN


class ServerFaultError(ApiError):
    """The server or a payment provider behind it failed."""

    words = Message("PortOne has a fault of its own.")
    counsel = ASK_AGAIN


class RefusedError(ApiError):
    """PortOne understood and refused; `code` and `server_message` as it wrote them."""

    words = Message("PortOne refused the request.")


class NotFoundError(RefusedError):
    """404. The object may be unknown, another shop's, or on a test channel."""

    words = Message("PortOne does not show this record to this shop.")
    counsel = Message("Check the number, and that the right shop is open.")


class UnexpectedReplyError(ApiError):
    """The reply does not fit the published description."""

    words = Message("PortOne's answer could not be understood.")
    counsel = Message("Try again. If it stays, something between this computer and PortOne may be answering.")
