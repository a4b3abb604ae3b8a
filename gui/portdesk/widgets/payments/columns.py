"""The columns of the payments table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from portdesk.domain.ids import ImpUid
from portdesk.domain.payment_lists import PaymentRow, PaymentSort
from portdesk.ledger.instruction import Instruction
from portdesk.qt.marks import Mark
from portdesk.qt.privacy import Privacy
from portdesk.qt.tables import Column
from portdesk.qt.words import later, tr
from portdesk.widgets.kit.columns import money_column, time_column
from portdesk.widgets.payments.vocabulary import METHODS, PROVIDERS, STATES, named, state_word
from portdesk.widgets.refund_marks import group_mark, group_word

RefundOf = Callable[[ImpUid], Instruction | None]
"""The refund of this desk that marks a payment, by the journal."""


def payment_columns(
    privacy: Privacy, now: Callable[[], datetime], refund_of: RefundOf
) -> tuple[Column[PaymentRow], ...]:
    """Every column there is, in its first order; `now` is what "today" is told from."""
    return (
        time_column(
            "occurred_at", later("Time"), lambda row: row.occurred_at, now=now, sort=PaymentSort.OCCURRED_AT
        ),
        Column(
            key="name",
            searched=True,
            title=later("Order"),
            text=lambda row: row.name or row.merchant_uid,
            sort=PaymentSort.NAME,
            width=236,
            stretches=True,
        ),
        Column(
            key="buyer_name",
            searched=True,
            title=later("Buyer"),
            text=lambda row: privacy.shown("buyer_name", row.buyer_name),
            reveals=not privacy.is_on,
            sort=PaymentSort.BUYER_NAME,
            width=92,
        ),
        Column(
            key="instrument",
            searched=True,
            has_initials=False,
            title=later("Paid with"),
            text=_method,
            exact=lambda row: _instrument(row, privacy),
            sort=PaymentSort.INSTRUMENT,
            width=160,
        ),
        money_column(
            "amount",
            later("Amount"),
            lambda row: row.charged,
            sort=PaymentSort.AMOUNT,
            is_bare=True,
            searched=True,
        ),
        Column(
            key="state",
            searched=True,
            has_initials=False,
            title=later("State"),
            text=_state,
            exact=lambda row: f"{_state(row)} ({row.status})",
            value=_state,
            mark=lambda row: STATES[row.state][0],
            sort=PaymentSort.STATE,
            width=142,
        ),
        Column(
            key="refund",
            title=later("Refund here"),
            text=lambda row: _told_refund(refund_of(row.imp_uid)),
            mark=lambda row: _marked_refund(refund_of(row.imp_uid)),
            width=128,
        ),
        *_seldom_columns(privacy),
    )


def _seldom_columns(privacy: Privacy) -> tuple[Column[PaymentRow], ...]:
    return (
        money_column(
            "cancel_amount",
            later("Refunded"),
            lambda row: row.returned,
            sort=PaymentSort.CANCEL_AMOUNT,
            blank_nought=True,
            shown=False,
        ),
        Column(
            key="pg_provider",
            searched=True,
            has_initials=False,
            title=later("PG"),
            text=lambda row: named(PROVIDERS, row.pg_provider),
            exact=lambda row: row.pg_provider or "",
            sort=PaymentSort.PG_PROVIDER,
            width=110,
            shown=False,
        ),
        Column(
            key="merchant_uid",
            searched=True,
            title=later("Order number"),
            text=lambda row: row.merchant_uid,
            sort=PaymentSort.MERCHANT_UID,
            width=190,
            is_dim=True,
            shown=False,
        ),
        Column(
            key="buyer_tel",
            searched=True,
            title=later("Phone"),
            text=lambda row: privacy.shown("buyer_tel", row.buyer_tel),
            reveals=not privacy.is_on,
            width=120,
            shown=False,
        ),
        Column(
            key="buyer_email",
            searched=True,
            title=later("E-mail"),
            text=lambda row: privacy.shown("buyer_email", row.buyer_email),
            reveals=not privacy.is_on,
            width=170,
            shown=False,
        ),
        Column(
            key="card_number",
            searched=True,
            title=later("Card number"),
            text=lambda row: privacy.shown("card_number", row.card_number),
            width=150,
            shown=False,
        ),
        Column(
            key="apply_num",
            searched=True,
            title=later("Approval number"),
            text=lambda row: row.apply_num or "",
            width=100,
            shown=False,
        ),
        Column(
            key="channel_kind",
            title=later("Test"),
            text=lambda row: tr("test channel") if row.is_test_channel else "",
            width=90,
            is_dim=True,
            shown=False,
        ),
        Column(
            key="customer_uid",
            searched=True,
            title=later("Billing key"),
            text=lambda row: row.customer_uid or "",
            width=150,
            is_dim=True,
            shown=False,
        ),
        Column(
            key="imp_uid",
            searched=True,
            title=later("imp_uid"),
            text=lambda row: row.imp_uid,
            sort=PaymentSort.IMP_UID,
            width=150,
            is_dim=True,
            shown=False,
        ),
    )


def _told_refund(refund: Instruction | None) -> str:
    return "" if refund is None else group_word(refund)


def _marked_refund(refund: Instruction | None) -> Mark | None:
    return None if refund is None else group_mark(refund)


def _state(row: PaymentRow) -> str:
    word = state_word(row.state, row.status)
    return tr("{state} · test", state=word) if row.is_test_channel else word


def _method(row: PaymentRow) -> str:
    method = named(METHODS, row.pay_method)
    return f"{row.instrument} · {method}" if row.instrument and row.instrument != method else method


def _instrument(row: PaymentRow, privacy: Privacy) -> str:
    number = privacy.shown("card_number", row.card_number)
    provider = named(PROVIDERS, row.pg_provider)
    return " · ".join(part for part in (_method(row), number, provider) if part)
