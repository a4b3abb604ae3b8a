"""Payments: reading them one by one and in lists, and giving money back."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec

from portdesk.api.endpoint import BODY, NOWHERE, PATH, QUERY, Endpoint, Kind, Request
from portdesk.api.reading import count_at, object_at, read_list, read_payment, readable
from portdesk.domain.errors import InputError, WireError
from portdesk.domain.ids import ImpUid, MerchantUid
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payments import Payment

Sorting = Literal["-started", "started", "-paid", "paid", "-updated", "updated"]
StatusFilter = Literal["all", "ready", "paid", "cancelled", "failed"]

MAX_IDS: Final = 100
MAX_LIMIT: Final = 1000

PageNumber = Annotated[int, msgspec.Meta(ge=1)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)]


class PagedPayments(msgspec.Struct, frozen=True, kw_only=True):
    """One page. `previous` and `next` are page numbers, 0 for none; `unreadable` rows are left out."""

    total: int
    previous: int
    next: int
    list: tuple[Payment, ...] = ()
    unreadable: int = 0


class FetchPayment(Request, frozen=True, kw_only=True):
    """One payment; without `include_sandbox` the server hides those of test channels."""

    imp_uid: Annotated[ImpUid, PATH]
    include_sandbox: Annotated[bool, QUERY] = True


class FetchPayments(Request, frozen=True, kw_only=True):
    """Several payments at once, at most 100 ids; the answer is partial when some are missing."""

    imp_uid: Annotated[tuple[ImpUid, ...], QUERY] = msgspec.field(default=(), name="imp_uid[]")
    merchant_uid: Annotated[tuple[MerchantUid, ...], QUERY] = msgspec.field(default=(), name="merchant_uid[]")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < len(self.imp_uid) + len(self.merchant_uid) <= MAX_IDS:
            raise InputError(Message("Between 1 and {most} payments can be read at once.", most=MAX_IDS))


class FindPayment(Request, frozen=True, kw_only=True):
    """The first payment of an order by `sorting`."""

    merchant_uid: Annotated[MerchantUid, PATH]
    payment_status: Annotated[str | None, PATH] = None
    sorting: Annotated[Sorting | None, QUERY] = None


class FindAllPayments(Request, frozen=True, kw_only=True):
    """Every attempt at one order."""

    merchant_uid: Annotated[MerchantUid, PATH]
    payment_status: Annotated[str | None, PATH] = None
    page: Annotated[PageNumber | None, QUERY] = None
    limit: Annotated[PageSize | None, QUERY] = None
    sorting: Annotated[Sorting | None, QUERY] = None


class ListPaymentsByStatus(Request, frozen=True, kw_only=True):
    """
    Payments whose final status fell between `from_` and `to`, both inclusive, in Unix seconds.

    At most 90 days. Each row is judged by its own status's time.
    """

    payment_status: Annotated[StatusFilter, PATH]
    page: Annotated[PageNumber | None, QUERY] = None
    limit: Annotated[PageSize | None, QUERY] = None
    from_: Annotated[int | None, QUERY] = msgspec.field(default=None, name="from")
    to: Annotated[int | None, QUERY] = None
    sorting: Annotated[Sorting | None, QUERY] = None


class CancelExtra(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for the refund; Naver Pay wants to know."""

    requester: Literal["customer", "admin"]


class CancelPayment(Request, frozen=True, kw_only=True):
    """
    Give back `amount` of a payment of which `checksum` is still left.

    On the wire a missing amount, or 0, gives everything back and a missing checksum checks nothing:
    neither can be expressed here. A `merchant_uid` may name several payments and is never sent.
    `currency` stays here; it tells which fractions of the amounts make sense.
    """

    imp_uid: Annotated[ImpUid, msgspec.Meta(min_length=1), BODY]
    amount: Annotated[Decimal, BODY]
    checksum: Annotated[Decimal, BODY]
    currency: Annotated[str, NOWHERE]
    tax_free: Annotated[Decimal | None, BODY] = None
    vat_amount: Annotated[Decimal | None, BODY] = None
    reason: Annotated[str | None, BODY] = None
    refund_holder: Annotated[str | None, BODY] = None
    refund_bank: Annotated[str | None, BODY] = None
    refund_account: Annotated[str | None, BODY] = None
    refund_tel: Annotated[str | None, BODY] = None
    retain_promotion: Annotated[bool | None, BODY] = None
    enable_webhook: Annotated[bool | None, BODY] = None
    extra: Annotated[CancelExtra | None, BODY] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        sums = (self.amount, self.checksum, self.tax_free, self.vat_amount)
        if not all(Amount(value, self.currency).is_plain for value in sums if value is not None):
            raise InputError(Message("The amount is not a sum of this currency."))
        if self.amount <= 0:
            raise InputError(Message("The amount to give back must be above zero."))
        if self.amount > self.checksum:
            raise InputError(Message("More than what is left of this payment cannot be given back."))
        if max(self.tax_free or 0, self.vat_amount or 0) > self.amount:
            raise InputError(Message("A tax part cannot be larger than the amount to give back."))


def _read_page(wire: object) -> PagedPayments:
    fields = object_at("response", wire)
    rows = fields.get("list")
    if rows is not None and not isinstance(rows, list):
        raise WireError("list")
    listed = readable(rows or [], read_payment)
    return PagedPayments(
        total=count_at("total", fields.get("total")),
        previous=count_at("previous", fields.get("previous")),
        next=count_at("next", fields.get("next")),
        list=listed.list,
        unreadable=listed.unreadable,
    )


FETCH_PAYMENT: Final = Endpoint(
    method="GET",
    path="/payments/{imp_uid}",
    tag="payments",
    kind=Kind.READ,
    request=FetchPayment,
    decode=read_payment,
)

FETCH_PAYMENTS: Final = Endpoint(
    method="GET",
    path="/payments",
    tag="payments",
    kind=Kind.READ,
    request=FetchPayments,
    decode=read_list(read_payment),
)

FIND_PAYMENT: Final = Endpoint(
    method="GET",
    path="/payments/find/{merchant_uid}/{payment_status}",
    tag="payments",
    kind=Kind.READ,
    request=FindPayment,
    decode=read_payment,
)

FIND_ALL_PAYMENTS: Final = Endpoint(
    method="GET",
    path="/payments/findAll/{merchant_uid}/{payment_status}",
    tag="payments",
    kind=Kind.READ,
    request=FindAllPayments,
    decode=_read_page,
)

LIST_PAYMENTS_BY_STATUS: Final = Endpoint(
    method="GET",
    path="/payments/status/{payment_status}",
    tag="payments",
    kind=Kind.READ,
    request=ListPaymentsByStatus,
    decode=_read_page,
)

CANCEL_PAYMENT: Final = Endpoint(
    method="POST",
    path="/payments/cancel",
    tag="payments",
    kind=Kind.MONEY,
    request=CancelPayment,
    decode=read_payment,
)
