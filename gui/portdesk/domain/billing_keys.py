"""A billing key as the server records it: one card behind a name the shop has chosen."""

from __future__ import annotations

from datetime import datetime

import msgspec

from portdesk.domain.ids import CustomerUid


class BillingKey(msgspec.Struct, frozen=True, kw_only=True, rename={"is_test_channel": "sandbox"}):
    """
    One `customer_uid` and the card that stands behind it now.

    `updated` changes when another card takes its place; the key of the earlier card stays usable at
    the PG. The key itself is never shown to anybody. `card_number` is masked as the PG likes.
    """

    customer_uid: CustomerUid
    pg_provider: str
    pg_id: str
    is_test_channel: bool
    inserted: datetime | None
    updated: datetime | None

    customer_id: str | None = None
    card_name: str | None = None
    card_code: str | None = None
    card_issuer_code: str | None = None
    card_issuer_name: str | None = None
    card_publisher_code: str | None = None
    card_publisher_name: str | None = None
    card_number: str | None = None
    card_type: int | None = None
    customer_name: str | None = None
    customer_tel: str | None = None
    customer_email: str | None = None
    customer_addr: str | None = None
    customer_postcode: str | None = None
