"""
Rows for the clipboard, as spreadsheets take them.

A text is told twice. As plain lines it goes anywhere; as a table of markup it says of each cell what
it is, so that an order number of twenty digits stays a text, and an amount can be added up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QMimeData, QStringListModel

from portdesk.domain.money import Amount, minor_digits
from portdesk.domain.plain import visible
from portdesk.domain.times import KST
from portdesk.qt.tables import Column
from portdesk.qt.words import money
from portdesk.usecases.columns import Kind

Row = TypeVar("Row")

_FORMULA: Final = re.compile(r"[=@＝＠＋－]|[+-](?![\d ().-]*$)")  # noqa: RUF001 - spreadsheets take wide signs too
_AS_TEXT: Final = """ style='mso-number-format:"\\@"'"""


class Copy(Generic[Row]):
    """Rows with these columns, from left to right, gathered in portions."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        self._columns = tuple(columns)
        self._lines: list[str] = []
        self._markup: list[str] = []

    def add(self, rows: Sequence[Row]) -> None:
        """These rows come next."""
        for row in rows:
            told = [_Cell(column, row) for column in self._columns]
            self._lines.append("\t".join(cell.plain for cell in told))
            self._markup.append(f"<tr>{''.join(cell.marked_up for cell in told)}</tr>")

    def data(self) -> QMimeData:
        """All of them, for the clipboard."""
        data = _made_by_qt()
        data.setText("\n".join(self._lines))
        table = f"<meta charset='utf-8'><table>{''.join(self._markup)}</table>"
        data.setData("text/html", table.encode())
        return data


def _made_by_qt() -> QMimeData:
    """
    An empty one, for the clipboard to keep.

    One made in Python asks Python when it ends; Qt's own clipboard, where the platform has none, ends
    after the interpreter, and a program that had copied would end with SIGSEGV.
    """
    model = QStringListModel([""])
    data = model.mimeData([model.index(0)])
    for form in data.formats():
        data.removeFormat(form)
    return data


class _Cell:
    """One cell: `plain` as a line of text tells it, `marked_up` with what it is."""

    def __init__(self, column: Column[Row], row: Row) -> None:
        value = column.value(row) if column.value is not None else None
        self.plain = harmless((column.exact or column.text)(row))
        self.marked_up = f"<td{_AS_TEXT}>{html.escape(self.plain)}</td>"
        if column.kind is Kind.NUMBER and isinstance(value, int):
            self._be_number(str(value), "0")
        elif column.kind is Kind.MONEY and isinstance(value, Decimal) and column.currency is not None:
            self._be_money(Amount(value, column.currency(row)))
        elif column.kind is Kind.TIME and isinstance(value, datetime):
            self.plain = f"{value.astimezone(KST):%Y-%m-%d %H:%M:%S}"
            form = "yyyy\\-mm\\-dd\\ hh\\:mm\\:ss"
            self.marked_up = f"<td style='mso-number-format:\"{form}\"'>{self.plain}</td>"

    def _be_money(self, amount: Amount) -> None:
        """A bare number; in plain lines only won are, or nobody could tell them from dollars."""
        if not self.plain or not amount.is_plain:
            return
        digits = minor_digits(amount.currency)
        number = f"{amount.value:.{digits}f}"
        is_won = amount.currency == "KRW"
        code = re.sub("[^A-Z]", "", amount.currency)
        form = f"#,##0{'.' + '0' * digits if digits else ''}"
        self._be_number(number, form if is_won else f'\\"{code}\\"\\ {form}')
        if not is_won:
            self.plain = harmless(money(amount))

    def _be_number(self, number: str, form: str) -> None:
        self.plain = number if self.plain else ""
        self.marked_up = f"<td style='mso-number-format:\"{form}\"'>{self.plain}</td>"


def harmless(text: str) -> str:
    """`text` for a spreadsheet's cell: an apostrophe keeps what looks like a formula from being one."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown.lstrip(" \"'")) else shown
