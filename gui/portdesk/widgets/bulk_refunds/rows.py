"""The rows of a list of refunds: as columns of a table, as columns of a file, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from portdesk.domain.money import Amount
from portdesk.domain.times import from_unix
from portdesk.ledger.batch import Part, Sum
from portdesk.ledger.instruction import from_minor
from portdesk.ledger.states import words
from portdesk.qt.marks import Mark
from portdesk.qt.privacy import Privacy
from portdesk.qt.tables import Column
from portdesk.qt.words import later, money, render, tr
from portdesk.usecases.bulk_refunds import BulkRow
from portdesk.usecases.bulk_results import Page
from portdesk.usecases.columns import ExportColumn, Kind
from portdesk.usecases.dry_runs import CheckedRow, DryRun, Verdict
from portdesk.widgets.kit.exporting import export_column
from portdesk.widgets.refunds.verdict import MARKS

PART_WORDS: Final[Mapping[Part, str]] = {
    Part.CONFIRMED: later("Confirmed by the server's record"),
    Part.CONFIRMED_BY_HUMAN: later("Confirmed by a person"),
    Part.EXTERNAL: later("Settled outside"),
    Part.REFUSED: later("Refused, nothing was carried out"),
    Part.NOT_APPLIED: later("Failed, nothing was carried out"),
    Part.NOT_SENT: later("Failed, nothing was sent"),
    Part.ABANDONED: later("Given up, nothing was carried out"),
    Part.CHECKING: later("Being checked"),
    Part.HUMAN: later("Needs a person's decision"),
    Part.NOT_STARTED: later("Not started"),
}
PART_MARKS: Final[Mapping[Part, Mark]] = {
    Part.CONFIRMED: Mark.DONE,
    Part.CONFIRMED_BY_HUMAN: Mark.DONE,
    Part.EXTERNAL: Mark.RETURNED,
    Part.REFUSED: Mark.REFUSED,
    Part.NOT_APPLIED: Mark.REFUSED,
    Part.NOT_SENT: Mark.REFUSED,
    Part.ABANDONED: Mark.RETURNED,
    Part.CHECKING: Mark.WAITING,
    Part.HUMAN: Mark.UNKNOWN,
    Part.NOT_STARTED: Mark.BEGUN,
}

VERDICT_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.SENDABLE: later("Will be sent"),
    Verdict.WARNED: later("Look at it first"),
    Verdict.BLOCKED: later("Cannot be sent"),
}
VERDICT_MARKS: Final[Mapping[Verdict, Mark]] = {
    Verdict.SENDABLE: Mark.DONE,
    Verdict.WARNED: Mark.WAITING,
    Verdict.BLOCKED: Mark.REFUSED,
}


def told(amount: int, currency: str) -> str:
    """A sum of minor units with its currency."""
    return money(Amount(from_minor(amount, currency), currency))


def remarks_of(row: CheckedRow) -> str:
    """Everything there is to say about a row of a dry run, in one line."""
    return " ".join(
        " ".join(render(text) for text in (remark.words, remark.advice) if text is not None)
        for remark in row.remarks
    )


def asked_of(row: CheckedRow, currency: str) -> str:
    """The amount of a row: as it would be sent, or as somebody wrote it."""
    if row.amount:
        return told(row.amount, currency)
    if row.wish.amount is None:
        return "" if row.wish.flaws else tr("all that is left")
    return f"{row.wish.amount:f}"


def checked_columns(run: DryRun, privacy: Privacy) -> tuple[Column[CheckedRow], ...]:
    """The columns of a dry run."""
    return (
        Column(
            key="line",
            title=later("Row"),
            text=lambda row: str(row.wish.line or ""),
            value=lambda row: row.wish.line or None,
            kind=Kind.NUMBER,
            is_number=True,
            width=56,
        ),
        Column(
            key="verdict",
            title=later("Verdict"),
            text=lambda row: tr(VERDICT_WORDS[row.verdict]),
            mark=lambda row: VERDICT_MARKS[row.verdict],
            width=132,
        ),
        Column(
            key="imp_uid",
            title=later("imp_uid"),
            text=lambda row: row.payment.imp_uid if row.payment else row.wish.imp_uid,
            width=150,
        ),
        Column(
            key="merchant_uid",
            title=later("Order number"),
            text=lambda row: row.payment.merchant_uid if row.payment else row.wish.merchant_uid,
            width=140,
            is_dim=True,
        ),
        Column(
            key="buyer",
            title=later("Buyer"),
            text=lambda row: privacy.shown("buyer_name", row.payment.buyer_name) if row.payment else "",
            width=80,
        ),
        Column(
            key="left",
            title=later("Left"),
            text=lambda row: money(row.payment.remaining) if row.payment else "",
            value=lambda row: row.payment.remaining.value if row.payment else None,
            kind=Kind.MONEY,
            currency=lambda row: row.payment.currency if row.payment else run.currency,
            is_number=True,
            width=100,
        ),
        Column(
            key="amount",
            title=later("Refund"),
            text=lambda row: asked_of(row, run.currency),
            value=lambda row: from_minor(row.amount, run.currency) if row.amount else row.wish.amount,
            kind=Kind.MONEY,
            currency=lambda _: run.currency,
            is_number=True,
            width=100,
        ),
        Column(key="remarks", title=later("Why"), text=remarks_of, width=300, stretches=True),
    )


def state_of(row: BulkRow) -> str:
    """How a row of a plan stands; where money follows on another day, success is no "done"."""
    if row.instruction is not None:
        return render(words(row.instruction.state, pays_later=row.instruction.pays_later))
    return tr("Reading the payment anew") if row.is_under_way else tr(PART_WORDS[Part.NOT_STARTED])


def mark_of(row: BulkRow) -> Mark:
    """The mark of that state."""
    return MARKS[row.instruction.state] if row.instruction is not None else Mark.BEGUN


def planned_columns(said: Mapping[int, str]) -> tuple[Column[BulkRow], ...]:
    """The columns of a plan under way; `said` are PortOne's own words by row."""
    return (
        Column(
            key="line",
            title=later("Row"),
            text=lambda row: str(row.planned.line or row.number + 1),
            value=lambda row: row.planned.line or row.number + 1,
            kind=Kind.NUMBER,
            is_number=True,
            width=56,
        ),
        Column(key="imp_uid", title=later("imp_uid"), text=lambda row: row.planned.subject, width=150),
        Column(
            key="merchant_uid",
            title=later("Order number"),
            text=lambda row: row.planned.merchant_uid,
            width=150,
            is_dim=True,
        ),
        Column(
            key="amount",
            title=later("Refund"),
            text=lambda row: told(row.planned.amount, row.currency),
            value=lambda row: from_minor(row.planned.amount, row.currency),
            kind=Kind.MONEY,
            currency=lambda row: row.currency,
            is_number=True,
            width=110,
        ),
        Column(key="state", title=later("State"), text=state_of, mark=mark_of, width=340),
        Column(
            key="why",
            title=later("Why"),
            text=lambda row: why_of(row, said),
            width=260,
            stretches=True,
        ),
    )


def why_of(row: BulkRow, said: Mapping[int, str]) -> str:
    """Why a row stands as it does, where there is something to say."""
    if row.skipped is not None:
        return render(row.skipped)
    quoted = said.get(row.number, "")
    return tr("PortOne's own words: “{words}”", words=quoted) if quoted else ""


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of the sheet that adds up."""

    name: str
    rows: int
    amount: Decimal


def summary_page(sums: Mapping[Part, Sum], currency: str) -> Page:
    """Every part of a plan, also the empty ones, and what they add up to."""
    lines = [
        SumLine(tr(PART_WORDS[part]), sum_.rows, from_minor(sum_.amount, currency))
        for part, sum_ in sums.items()
    ]
    return _adding_up(lines, currency)


def verdicts_page(run: DryRun) -> Page:
    """Every verdict of a dry run and what they add up to."""
    lines = [
        SumLine(tr(VERDICT_WORDS[verdict]), sum_.rows, from_minor(sum_.amount, run.currency))
        for verdict, sum_ in run.sums().items()
    ]
    return _adding_up(lines, run.currency)


def _adding_up(lines: Sequence[SumLine], currency: str) -> Page:
    whole = SumLine(
        tr("All rows"), sum(line.rows for line in lines), sum((line.amount for line in lines), Decimal())
    )
    return Page(
        title=tr("Summary"),
        columns=(
            ExportColumn[SumLine](title=tr("State"), value=lambda line: line.name, width=36),
            ExportColumn[SumLine](title=tr("Rows"), value=lambda line: line.rows, kind=Kind.NUMBER),
            ExportColumn[SumLine](
                title=tr("Amount ({currency})", currency=currency),
                value=lambda line: line.amount,
                kind=Kind.MONEY,
                currency=lambda _: currency,
                width=20,
            ),
        ),
        rows=(*lines, whole),
    )


def rows_page(rows: Sequence[BulkRow], said: Mapping[int, str], privacy: Privacy) -> Page:
    """Every row of a plan: what was asked for and how it stands, in which part it counts."""

    def reason(row: BulkRow) -> str:
        text = row.instruction.reason if row.instruction else row.planned.reason
        return privacy.shown("custom_data", text)

    def settled(row: BulkRow) -> datetime | None:
        found = row.instruction
        return from_unix(found.settled_at) if found is not None and found.settled_at else None

    table = {column.key: column for column in planned_columns(said)}
    return Page(
        title=tr("Refunds"),
        columns=(
            export_column(table["line"]),
            export_column(table["imp_uid"]),
            export_column(table["merchant_uid"]),
            export_column(table["amount"]),
            ExportColumn[BulkRow](title=tr("Currency"), value=lambda row: row.currency, width=10),
            ExportColumn[BulkRow](title=tr("Counts as"), value=_part_word, width=30),
            ExportColumn[BulkRow](title=tr("State"), value=state_of, width=36),
            export_column(table["why"]),
            ExportColumn[BulkRow](title=tr("Reason"), value=reason, width=30),
            ExportColumn[BulkRow](
                title=tr("Code"), value=lambda row: row.instruction.code if row.instruction else None
            ),
            ExportColumn[BulkRow](title=tr("Settled at"), value=settled, kind=Kind.TIME, width=20),
            ExportColumn[BulkRow](
                title=tr("Cancellation"),
                value=lambda row: row.instruction.cancellation if row.instruction else None,
                width=30,
            ),
            ExportColumn[BulkRow](
                title=tr("Who"), value=lambda row: row.instruction.actor if row.instruction else None
            ),
        ),
        rows=tuple(rows),
    )


def checked_page(run: DryRun, privacy: Privacy) -> Page:
    """Every row of a dry run, to be mended and tried again; names of buyers are always masked."""
    masked = privacy.frozen(masked=True)
    columns = tuple(export_column(column) for column in checked_columns(run, masked))
    return Page(title=tr("Refunds"), columns=columns, rows=run.rows)


def _part_word(row: BulkRow) -> str:
    return tr(PART_WORDS[row.part])
