"""Registering an amount before the payment window opens."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

import msgspec

from portdesk.api.endpoint import BODY, PATH, Endpoint, Kind, Request
from portdesk.api.reading import converted, number_at, object_at
from portdesk.domain.errors import InputError
from portdesk.domain.ids import MerchantUid
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.prepares import Prepare


class PreparePayment(Request, frozen=True, kw_only=True):
    """Only a payment of this very amount may be made under `merchant_uid`."""

    merchant_uid: Annotated[MerchantUid, msgspec.Meta(max_length=40), BODY]
    amount: Annotated[Decimal, BODY]
    currency: Annotated[str | None, BODY] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not Amount(self.amount, self.currency or "").is_plain or self.amount <= 0:
            raise InputError(Message("The amount must be a plain sum above zero."))


class FetchPrepare(Request, frozen=True, kw_only=True):
    """The amount registered for an order."""

    merchant_uid: Annotated[MerchantUid, PATH]


def _read_prepare(wire: object) -> Prepare:
    fields = {name: value for name, value in object_at("response", wire).items() if value is not None}
    fields["amount"] = number_at("amount", fields.get("amount"))
    return converted(fields, Prepare)


PREPARE_PAYMENT: Final = Endpoint(
    method="POST",
    path="/payments/prepare",
    tag="payments.validation",
    kind=Kind.WRITE,
    request=PreparePayment,
    decode=_read_prepare,
)

CHANGE_PREPARE: Final = Endpoint(
    method="PUT",
    path="/payments/prepare",
    tag="payments.validation",
    kind=Kind.WRITE,
    request=PreparePayment,
    decode=_read_prepare,
)

FETCH_PREPARE: Final = Endpoint(
    method="GET",
    path="/payments/prepare/{merchant_uid}",
    tag="payments.validation",
    kind=Kind.READ,
    request=FetchPrepare,
    decode=_read_prepare,
)
