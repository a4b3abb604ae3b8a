"""Between the money protocol and the wire: what is sent, what an answer is, what is read."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from portdesk.api.client import Client
from portdesk.api.endpoints.payments import (
    CANCEL_PAYMENT,
    FETCH_PAYMENT,
    LIST_PAYMENTS_BY_STATUS,
    CancelExtra,
    CancelPayment,
    FetchPayment,
    ListPaymentsByStatus,
)
from portdesk.api.errors import ApiError, NoReplyError, NotExecutedError, OutcomeUnknownError, RefusedError
from portdesk.api.verdict import Reply
from portdesk.domain.errors import InputError, PortdeskError
from portdesk.domain.ids import ImpUid
from portdesk.domain.payments import Payment
from portdesk.domain.times import to_unix
from portdesk.ledger.instruction import Instruction, Observation
from portdesk.ledger.reading import observe
from portdesk.ledger.refund import fields
from portdesk.ledger.steps import (
    Accepted,
    Answer,
    NotExecuted,
    NotSent,
    Refused,
    Unclear,
    Unreadable,
)

logger = logging.getLogger(__name__)

OnRead = Callable[[Reply[Payment]], Awaitable[None]]

_LONGEST_MESSAGE: Final = 300


class RefundAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money goes when it cannot go back the way it came. Never written down."""

    refund_holder: str
    refund_bank: str
    refund_account: str
    refund_tel: str | None = None

    def __repr__(self) -> str:
        return "RefundAccount(...)"


class Extras(msgspec.Struct, frozen=True, kw_only=True):
    """What some providers want beside the sums."""

    account: RefundAccount | None = None
    requester: Literal["customer", "admin"] | None = None
    retain_promotion: bool | None = None


def request_of(row: Instruction, extras: Extras) -> CancelPayment:
    """The one request of an instruction; raises `InputError`."""
    more: dict[str, Any] = {}
    if extras.account is not None:
        more |= msgspec.structs.asdict(extras.account)
    if extras.requester is not None:
        more["extra"] = CancelExtra(requester=extras.requester)
    return CancelPayment(
        **fields(row), currency=row.currency, retain_promotion=extras.retain_promotion, **more
    )


def hash_of(request: CancelPayment) -> str:
    """SHA-256 of the exact body that the request becomes."""
    return hashlib.sha256(CANCEL_PAYMENT.call(request).body or b"").hexdigest()


class RefundWire:
    """The three calls the protocol needs. Nothing here decides, and nothing is sent twice."""

    def __init__(self, client: Client, on_read: OnRead) -> None:
        self._client = client
        self._on_read = on_read

    async def fetch(self, imp_uid: ImpUid) -> tuple[Payment, Observation]:
        """A fresh reading; raises `ApiError`."""
        reply = await self._client.send(FETCH_PAYMENT, FetchPayment(imp_uid=imp_uid))
        await self._tell(reply)
        return reply.value, _seen(reply)

    async def look(self, imp_uid: ImpUid) -> Observation | Unreadable:
        """A fresh reading, or why there is none."""
        try:
            _, seen = await self.fetch(imp_uid)
        except ApiError as error:
            return Unreadable(type(error).__name__)
        return seen

    async def look_elsewhere(self, imp_uid: ImpUid, known: ImpUid | None) -> bool:
        """
        Whether another record can be read right now: `known`, or else one the server lists.

        Of a shop with a single payment, the list itself has to show it.
        """
        if known is not None and await self._is_readable(known):
            return True
        try:
            page = await self._client.send(
                LIST_PAYMENTS_BY_STATUS, ListPaymentsByStatus(payment_status="all", limit=3)
            )
        except ApiError:
            return False
        listed = [payment.imp_uid for payment in page.value.list]
        other = next((one for one in listed if one not in (imp_uid, known)), None)
        return imp_uid in listed if other is None else await self._is_readable(other)

    async def _is_readable(self, imp_uid: ImpUid) -> bool:
        try:
            reply = await self._client.send(FETCH_PAYMENT, FetchPayment(imp_uid=imp_uid))
        except ApiError:
            return False
        return reply.value.imp_uid == imp_uid

    async def send(self, request: CancelPayment) -> Answer:
        """Send once. Whatever is not known to be harmless is unclear."""
        try:
            reply = await self._client.send(CANCEL_PAYMENT, request)
            seen = _seen(reply)
        except InputError:
            return NotSent("InputError")
        except ApiError as error:
            return answer_of(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must never look like a refusal
            return Unclear(type(error).__name__)
        await self._tell(reply)
        return Accepted(seen)

    def server_seconds(self) -> int | None:
        """The server's time as far as it is known, for how long it has been quiet."""
        return _unix(self._client.server_now())

    async def _tell(self, reply: Reply[Payment]) -> None:
        """The local copy follows; when it cannot, the money is none the wiser."""
        try:
            await self._on_read(reply)
        except PortdeskError:
            logger.exception("the local copy did not take a reading")


def answer_of(error: ApiError) -> Answer:
    """
    What an error of the cancel call means for the money.

    An error that names another call than this one came from fetching the token: nothing was sent.
    """
    if error.endpoint != CANCEL_PAYMENT.name:
        return NotSent(type(error).__name__)
    match error:
        case NotExecutedError():
            return NotExecuted()
        case OutcomeUnknownError():
            return Unclear(error.cause or str(error.http_status or error.place or "?"))
        case NoReplyError():
            return NotSent(error.cause or type(error).__name__)
        case RefusedError() if error.code:
            return Refused(error.code, (error.server_message or "")[:_LONGEST_MESSAGE])
    return Unclear(type(error).__name__)


def _seen(reply: Reply[Payment]) -> Observation:
    return observe(reply.value, _unix(reply.server_time))


def _unix(time: datetime | None) -> int | None:
    return to_unix(time) if time else None
