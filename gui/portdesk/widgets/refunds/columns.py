"""The columns of the refunds table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from portdesk.domain.money import Amount
from portdesk.domain.times import from_unix
from portdesk.ledger.instruction import from_minor
from portdesk.ledger.states import words
from portdesk.qt.privacy import Privacy
from portdesk.qt.tables import Column
from portdesk.qt.words import later, render
from portdesk.usecases.refund_list import RefundRow
from portdesk.widgets.kit.columns import money_column, time_column
from portdesk.widgets.refund_marks import group_mark, group_word


def refund_columns(privacy: Privacy, now: Callable[[], datetime]) -> tuple[Column[RefundRow], ...]:
    """Every column there is, in its first order; `now` is what "today" is told from."""
    return (
        time_column("at", later("Time"), _at, now=now, sort="at", width=110),
        Column(
            key="name",
            title=later("Order"),
            text=lambda one: one.name or one.row.merchant_uid,
            width=200,
            searched=True,
            stretches=True,
        ),
        Column(
            key="buyer_name",
            title=later("Buyer"),
            text=lambda one: privacy.shown("buyer_name", one.buyer_name),
            reveals=not privacy.is_on,
            width=88,
            searched=True,
        ),
        money_column("amount", later("Amount"), _amount, sort="amount", width=100),
        Column(
            key="state",
            title=later("State"),
            text=lambda one: group_word(one.row),
            exact=lambda one: render(words(one.row.state, pays_later=one.row.pays_later)),
            mark=lambda one: group_mark(one.row),
            width=130,
        ),
        Column(key="actor", title=later("Who"), text=lambda one: one.row.actor, width=84, searched=True),
        Column(
            key="code",
            title=later("Code"),
            text=lambda one: one.row.code or "",
            width=80,
            searched=True,
            is_dim=True,
        ),
        *_seldom_columns(),
    )


def _seldom_columns() -> tuple[Column[RefundRow], ...]:
    return (
        Column(
            key="reason",
            title=later("Reason"),
            text=lambda one: one.row.reason,
            width=220,
            searched=True,
            shown=False,
        ),
        Column(
            key="imp_uid",
            title=later("imp_uid"),
            text=lambda one: one.row.subject,
            width=150,
            searched=True,
            is_dim=True,
            shown=False,
        ),
        Column(
            key="merchant_uid",
            title=later("Order number"),
            text=lambda one: one.row.merchant_uid,
            width=190,
            searched=True,
            is_dim=True,
            shown=False,
        ),
        Column(
            key="note",
            title=later("Note"),
            text=lambda one: one.row.note,
            width=200,
            searched=True,
            shown=False,
        ),
        Column(
            key="batch",
            title=later("Bulk refund"),
            text=lambda one: one.row.batch or "",
            width=120,
            is_dim=True,
            shown=False,
        ),
    )


def _at(one: RefundRow) -> datetime | None:
    return from_unix(one.row.snapshot.server_time or 0)


def _amount(one: RefundRow) -> Amount:
    return Amount(from_minor(one.row.amount, one.row.currency), one.row.currency)
