"""A prepared payment: an amount registered before the payment window opens."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from portdesk.domain.ids import MerchantUid


class Prepare(msgspec.Struct, frozen=True, kw_only=True):
    """The window refuses to open for another amount; `currency` of `None` is not compared."""

    merchant_uid: MerchantUid
    amount: Decimal
    currency: str | None = None
