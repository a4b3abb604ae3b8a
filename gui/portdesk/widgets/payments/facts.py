"""Every field of a payment, grouped and named for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from portdesk.domain.money import Amount
from portdesk.domain.payments import Payment
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import exact, later, money, tr
from portdesk.widgets.kit.facts import Fact, Group
from portdesk.widgets.payments.vocabulary import CARD_TYPES, CHANNELS, KEY_USES, METHODS, PROVIDERS, named


@dataclass(frozen=True, slots=True)
class Field:
    """
    One field of the pane: its English name, the wire's name and, where its value does not speak
    for itself, how it is told.
    """

    name: str
    wire: str
    text: Callable[[Payment], str] | None = None
    foreign: bool = False


def _coded(name: str) -> Callable[[Payment], str]:
    """The name at `<name>_name` with the code at `<name>_code`."""

    def text(payment: Payment) -> str:
        word, code = getattr(payment, f"{name}_name"), getattr(payment, f"{name}_code")
        return " ".join(part for part in (word, f"({code})" if code else "") if part)

    return text


def _unless_whole(text: Callable[[Payment], str]) -> Callable[[Payment], str]:
    """`text`, but only of a payment that something was returned of."""
    return lambda payment: text(payment) if payment.cancel_amount else ""


def _quota(payment: Payment) -> str:
    lump_sum = 1
    quota = payment.card_quota or 0
    return tr("{count} months", count=quota) if quota > lump_sum else ""


def _card_type(payment: Payment) -> str:
    code = payment.card_type
    if code is None:
        return ""
    return tr(CARD_TYPES[code]) if code in CARD_TYPES else str(code)


def _discount(payment: Payment) -> str:
    promotion = payment.promotion
    if promotion is None:
        return ""
    discount = money(Amount(promotion.discount, payment.currency)) if promotion.discount else ""
    return " · ".join(part for part in (promotion.id, discount) if part)


FIELDS: Final[tuple[tuple[str, tuple[Field, ...]], ...]] = (
    (
        later("Money"),
        (
            Field(later("Amount"), "amount"),
            Field(later("Refunded"), "cancel_amount", _unless_whole(lambda payment: money(payment.returned))),
            Field(later("Remaining"), "currency", _unless_whole(lambda payment: money(payment.remaining))),
            Field(later("Failure reason"), "fail_reason", foreign=True),
            Field(later("Promotion"), "promotion", _discount),
            Field(later("Cash receipt issued"), "cash_receipt_issued"),
            Field(later("Escrow"), "escrow"),
            Field(later("Test channel"), "is_test_channel"),
        ),
    ),
    (
        later("Order"),
        (
            Field(later("Product"), "name"),
            Field(later("Order number"), "merchant_uid"),
            Field(later("imp_uid"), "imp_uid"),
            Field(later("Additional data"), "custom_data"),
        ),
    ),
    (
        later("Buyer"),
        (
            Field(later("Name"), "buyer_name"),
            Field(later("Phone"), "buyer_tel"),
            Field(later("E-mail"), "buyer_email"),
            Field(later("Address"), "buyer_addr"),
            Field(later("Postcode"), "buyer_postcode"),
            Field(later("Billing key"), "customer_uid"),
            Field(
                later("Key use"),
                "customer_uid_usage",
                lambda payment: named(KEY_USES, payment.customer_uid_usage),
            ),
        ),
    ),
    (
        later("Card"),
        (
            Field(later("Card company"), "card_name", _coded("card")),
            Field(later("Issuer"), "card_issuer_name", _coded("card_issuer")),
            Field(later("Publisher"), "card_publisher_name", _coded("card_publisher")),
            Field(later("Card number"), "card_number"),
            Field(later("Kind"), "card_type", _card_type),
            Field(later("Instalments"), "card_quota", _quota),
            Field(later("Approval number"), "apply_num"),
        ),
    ),
    (
        later("Account"),
        (
            Field(later("Bank"), "bank_name", _coded("bank")),
            Field(later("Virtual account bank"), "vbank_name", _coded("vbank")),
            Field(later("Account number"), "vbank_num"),
            Field(later("Account holder"), "vbank_holder"),
            Field(later("Deposit by"), "vbank_date"),
        ),
    ),
    (
        later("PG"),
        (
            Field(later("Method"), "pay_method", lambda payment: named(METHODS, payment.pay_method)),
            Field(later("PG"), "pg_provider", lambda payment: named(PROVIDERS, payment.pg_provider)),
            Field(
                later("PG behind it"),
                "emb_pg_provider",
                lambda payment: named(PROVIDERS, payment.emb_pg_provider),
            ),
            Field(later("Shop id at the PG"), "pg_id"),
            Field(later("PG transaction"), "pg_tid"),
            Field(later("Paid on"), "channel", lambda payment: named(CHANNELS, payment.channel)),
            Field(later("Browser"), "user_agent"),
            Field(later("Status on the wire"), "status"),
        ),
    ),
    (
        later("Times"),
        (
            Field(later("Requested"), "started_at"),
            Field(later("Account issued"), "vbank_issued_at"),
            Field(later("Paid"), "paid_at"),
            Field(later("Failed"), "failed_at"),
            Field(later("Last refund"), "cancelled_at"),
            Field(later("Refund reason"), "cancel_reason", foreign=True),
        ),
    ),
    (
        later("Documents"),
        (
            Field(later("Receipt"), "receipt_url"),
            Field(
                later("Refund receipts"),
                "cancel_receipt_urls",
                lambda payment: " ".join(payment.cancel_receipt_urls),
            ),
        ),
    ),
)
"""What the pane shows, in the order support staff ask for it."""

ELSEWHERE: Final = frozenset(
    {
        *("card_code", "card_issuer_code", "card_publisher_code", "bank_code", "vbank_code"),
        *("cancel_history", "deposit_history", "wire"),
    }
)
"""Fields told together with another, or as groups of their own."""


def payment_groups(payment: Payment, privacy: Privacy) -> list[Group]:
    """All groups of the pane; the refunds and deposits stand right below the money."""
    groups = [
        Group(tr(title), tuple(_fact(field, payment, privacy) for field in fields))
        for title, fields in FIELDS
    ]
    return [
        groups[0],
        *_refunds(payment),
        *_deposits(payment, privacy),
        *groups[1:],
        _unpublished(payment, privacy),
    ]


def timeline(payment: Payment, told: Callable[[datetime], str]) -> list[tuple[str, str]]:
    """What happened and when, oldest first, as pairs of a word and a time."""
    steps: list[tuple[datetime | None, str]] = [
        (payment.started_at, tr("requested")),
        (payment.vbank_issued_at, tr("account issued")),
        (payment.failed_at, tr("failed")),
        (payment.paid_at, tr("paid")),
        *((entry.deposited_at, tr("deposit")) for entry in payment.deposit_history),
        *(
            (entry.cancelled_at, tr("refund {amount}", amount=money(Amount(entry.amount, payment.currency))))
            for entry in payment.cancel_history
        ),
    ]
    if not payment.cancel_history:
        steps.append((payment.cancelled_at, tr("refunded")))
    happened = sorted(((at, word) for at, word in steps if at is not None), key=lambda step: step[0])
    return [(word, told(at)) for at, word in happened]


def _fact(field: Field, payment: Payment, privacy: Privacy) -> Fact:
    wire = "sandbox" if field.wire == "is_test_channel" else field.wire
    text = (
        _plain(getattr(payment, field.wire), payment.currency) if field.text is None else field.text(payment)
    )
    return Fact(name=tr(field.name), value=privacy.shown(wire, text), wire=wire, foreign=field.foreign)


def _plain(value: object, currency: str) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return tr("yes")
        case datetime():
            return exact(value)
        case Decimal():
            return money(Amount(value, currency))
        case _:
            return str(value)


def _refunds(payment: Payment) -> list[Group]:
    several = len(payment.cancel_history) > 1
    return [
        Group(
            tr("Refund {number}", number=number) if several else tr("Refund"),
            (
                Fact(name=tr("Amount"), value=money(Amount(entry.amount, payment.currency)), wire="amount"),
                Fact(name=tr("Time"), value=exact(entry.cancelled_at), wire="cancelled_at"),
                Fact(name=tr("Reason"), value=entry.reason or "", wire="reason", foreign=True),
                Fact(name=tr("Refund id"), value=entry.cancellation_id or "", wire="cancellation_id"),
                Fact(name=tr("PG transaction"), value=entry.pg_tid or "", wire="pg_tid"),
                Fact(name=tr("Receipt"), value=entry.receipt_url or "", wire="receipt_url"),
            ),
        )
        for number, entry in enumerate(payment.cancel_history, 1)
    ]


def _deposits(payment: Payment, privacy: Privacy) -> list[Group]:
    return [
        Group(
            tr("Deposit {number}", number=number),
            (
                Fact(name=tr("Amount"), value=money(Amount(entry.amount, payment.currency)), wire="amount"),
                Fact(name=tr("Time"), value=exact(entry.deposited_at), wire="deposited_at"),
                Fact(
                    name=tr("Depositor"),
                    value=privacy.shown("depositor_name", entry.depositor_name),
                    wire="depositor_name",
                ),
                Fact(name=tr("PG transaction"), value=entry.pg_tid or "", wire="pg_tid"),
                Fact(name=tr("Reason"), value=entry.reason or "", wire="reason", foreign=True),
            ),
        )
        for number, entry in enumerate(payment.deposit_history, 1)
    ]


def _unpublished(payment: Payment, privacy: Privacy) -> Group:
    known = set(Payment.__struct_encode_fields__)
    return Group(
        tr("Other fields"),
        tuple(  # nobody knows whether these are personal, so the privacy mode takes them for it
            Fact(name=name, value="***" if privacy.is_on else str(value), wire=name, foreign=True)
            for name, value in payment.wire.items()
            if name not in known and value not in (None, "", [])
        ),
    )
