"""The smaller objects inside a pay request: display, card, period, goods, store."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Display(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the window offers: an empty `card_quota` is lump sum only, in most PGs a number is a month."""

    card_quota: tuple[int, ...] | None = None
    only_installment: bool | None = None


class DirectCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Straight to one card company; `quota` of 0 is lump sum."""

    code: str
    quota: int | None = None


class CardDetail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One card company, or `*` for all: whether it is offered, or how many months the shop pays interest."""

    card_code: str
    enabled: bool | None = None
    max_month: int | None = None


class Card(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={"use_installment": "useInstallment"},
):
    """Which cards, and at whose interest; `interest_free` is the longest term the shop pays for."""

    direct: DirectCard | None = None
    detail: tuple[CardDetail, ...] | None = None
    interest_free: int | None = None
    use_installment: bool | None = None


class Period(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """How long the service lasts: two days as `YYYYMMDD`, or an `interval` such as `1m`."""

    from_: str | None = None
    to: str | None = None
    interval: str | None = None


class Product(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"unit_price": "unitPrice"}
):
    """One line of the order."""

    name: str
    unit_price: Decimal
    quantity: int
    id: str | None = None
    code: str | None = None


class EscrowProduct(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"order_number": "orderNumber"}
):
    """One line of an escrow order at NHN KCP or KICC."""

    order_number: str
    name: str
    quantity: int
    amount: Decimal


class NaverProduct(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={"category_type": "categoryType", "category_id": "categoryId"},
):
    """One line of the order as Naver Pay wants to see it."""

    category_type: str
    category_id: str
    uid: str
    name: str
    count: int


class PhoneCarrier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One carrier, or `*` for all, and whether it is offered."""

    carrier: str
    enabled: bool | None = None


class Phone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which carriers a phone bill may be put on."""

    carrier: str | None = None
    detail: tuple[PhoneCarrier, ...] | None = None


class Prefill(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"phone_number": "phoneNumber"}
):
    """What the PG's page has filled in already."""

    phone_number: str | None = None


class PaymentDeadline(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Until when a convenience store takes the money."""

    valid_hours: int | None = None
    due_date: str | None = None


class ConvenienceStore(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payment at a convenience store in Japan."""

    payment_deadline: PaymentDeadline | None = None


class StoreDetails(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename="camel",
):
    """Who sells, where a PG prints it."""

    business_name: str | None = None
    business_registration_number: str | None = None
    ceo_full_name: str | None = None
    address: str | None = None
    phone_number: str | None = None
    contact_name: str | None = None
    email: str | None = None
    opening_hours: str | None = None
