"""A table of any length: a snapshot of row ids, and the rows fetched as they come into view."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from portdesk.domain.plain import visible
from portdesk.qt.marks import Mark
from portdesk.qt.tasks import OnError, Tasks
from portdesk.qt.words import tr
from portdesk.usecases.columns import Kind

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

CHUNK: Final = 256
_KEPT_ROWS: Final = 8 * CHUNK
_WISHES: Final = 4
_LOOKED_UP: Final = 8
_ROOT: Final = QModelIndex()

MARK_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The `Mark` of a cell, drawn as a small shape before its text."""
DIM_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Whether a cell is of second rank and drawn in the quieter colour."""

SEARCHED_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""Whether the words of a search may stand in a cell and are marked there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """
    One column: what it is called and what it shows of a row.

    `key` names it in saved layouts, `title` is the English text of its head, `sort` what the query
    is ordered by when its head is clicked (`None`: it cannot be), `width` in pixels. `exact` is
    shown on hover and copied instead of a shortened text. The one column that `stretches` takes the
    room that is left. `largest_first` is how a first click sorts numbers and times. In a
    `searched` column the words of a search are marked, initials only where it `has_initials`. A column
    `reveals` when personal data stood in it unmasked at the time it was made. `value`, `kind` and
    `currency` tell an export what to write instead of the text. A column with `shown` False waits in the
    column menu.
    """

    key: str
    title: str
    text: Callable[[Row], str]
    width: int
    sort: Any = None
    exact: Callable[[Row], str] | None = None
    mark: Callable[[Row], Mark | None] | None = None
    is_number: bool = False
    is_dim: bool = False
    stretches: bool = False
    largest_first: bool = False
    searched: bool = False
    has_initials: bool = True
    reveals: bool = False
    value: Callable[[Row], object] | None = None
    kind: Kind = Kind.TEXT
    currency: Callable[[Row], str] | None = None
    shown: bool = True


class Look(NamedTuple):
    """
    Everything that is drawn of a cell; `alignment` as Qt's painter takes it.

    `beside` stands quietly at the other end of the cell: a name, which needs room, and what it names.
    """

    text: str
    mark: Mark | None
    is_dim: bool
    is_searched: bool
    alignment: int
    beside: tuple[str, str] | None = None
    has_initials: bool = True


class PagedModel(QAbstractTableModel, Generic[Row]):
    """
    The rows behind a table.

    It holds one 8-byte id per row and the rows last looked at; a chunk not there yet is fetched by
    `fetch` and drawn when it comes. While newer rows are on their way the earlier ones stay in
    sight. It knows nothing of what a row is.

    Signals:
        rows_differ: the ids (a list of int) of rows that were seen before and now read otherwise
    """

    rows_differ = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        fetch: Callable[[Sequence[int]], Awaitable[list[Row]]],
        *,
        on_error: OnError,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._fetch = fetch
        self._ids: array[int] = array("q")
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._earlier: dict[int, Row] = {}
        self._is_newer = False
        self._wanted: dict[int, None] = {}
        self._tasks = Tasks(self, on_error)
        self.on_error = on_error

    @property
    def ids(self) -> array[int]:
        """The snapshot: the id of each row, in order."""
        return self._ids

    def show(self, ids: array[int]) -> None:
        """Show `ids` from the beginning, as the answer to a new question."""
        self.beginResetModel()
        self._ids = ids
        self._is_newer = False
        self._set_aside_rows()
        self.endResetModel()

    def refresh(self, ids: array[int]) -> None:
        """Show `ids` as the newer answer to the same question: a selection follows its rows."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        old, self._ids = self._ids, ids
        self._is_newer = True
        self._set_aside_rows()
        places = self._places_of({old[index.row()] for index in before})
        for index in before:
            row = places.get(old[index.row()])
            self.changePersistentIndex(
                index, QModelIndex() if row is None else self.index(row, index.column())
            )
        self.layoutChanged.emit()

    @property
    def is_settled(self) -> bool:
        """Whether every row that was looked at is here as the source tells it now."""
        return not self._wanted

    def row_of(self, id_: int) -> int:
        """Where `id_` stands, or -1."""
        try:
            return self._ids.index(id_)
        except ValueError:
            return -1

    def row(self, number: int) -> Row | None:
        """The row at `number` as last seen, or `None` if it has to be fetched first."""
        id_ = self._ids[number]
        row = self._rows.get(id_)
        if row is None:
            self._want(number // CHUNK)
            row = self._earlier.get(id_)
        return row

    async def loaded_row(self, number: int) -> Row | None:
        """The row at `number`, fetched if it is not here yet; `None` beyond the end."""
        if not 0 <= number < len(self._ids):
            return None
        row = self._rows.get(self._ids[number])
        if row is not None:
            return row
        rows = await self._fetch(self._ids[number : number + 1])
        return rows[0] if rows else None

    async def loaded_rows(self, numbers: Sequence[int]) -> list[Row]:
        """The rows at `numbers`, those that are not here yet fetched at once."""
        return await self.rows_of([self._ids[number] for number in numbers])

    async def rows_of(self, ids: Sequence[int]) -> list[Row]:
        """The rows of these ids, wherever they stand by then."""
        here = {id_: row for id_ in ids if (row := self._rows.get(id_)) is not None}
        missing = [id_ for id_ in ids if id_ not in here]
        fetched = await self._fetch(missing) if missing else []
        found = {**here, **dict(zip(missing, fetched, strict=True))}
        return [found[id_] for id_ in ids]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return tr(self.columns[section].title)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if self.columns[section].is_number else _LEFT
        return None

    def data(self, index: Index, role: int = 0) -> object:
        row = self.row(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == MARK_ROLE:
            return column.mark(row) if column.mark else None
        return self._seldom(role, column, row)

    def look(self, number: int, place: int) -> Look | None:
        """
        What the roles of a cell tell one by one; `None` while its row is not here.

        A delegate that asks for them through Qt spends a third of its time on the way there and back.
        """
        row = self.row(number)
        if row is None:
            return None
        column = self.columns[place]
        return Look(
            column.text(row),
            column.mark(row) if column.mark else None,
            column.is_dim,
            column.searched,
            _RIGHT_NUMBER if column.is_number else _LEFT_NUMBER,
            has_initials=column.has_initials,
        )

    def _seldom(self, role: int, column: Column[Row], row: Row) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.is_number else _LEFT
        if role == DIM_ROLE:
            return column.is_dim
        if role == SEARCHED_ROLE:
            return column.searched
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{tr(column.title)}: {visible(self.exact_text(column, row))}"
        return None

    def exact_text(self, column: Column[Row], row: Row) -> str:
        """What is copied or shown on hover for a cell."""
        return (column.exact or column.text)(row)

    def retranslate(self) -> None:
        """Say everything again in the language of the screen."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if len(self._ids):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    async def end(self) -> None:
        """Fetch nothing more."""
        await self._tasks.end()

    def forget(self) -> None:
        """Show nothing and remember nothing: from now on ids may stand for other rows than before."""
        self._rows.clear()
        self._earlier = {}
        self.show(array("q"))

    def _places_of(self, wanted: set[int]) -> dict[int, int]:
        """Where these ids stand now: each looked up, or all met on one walk where they are many."""
        if len(wanted) <= _LOOKED_UP:
            return {id_: row for id_ in wanted if (row := self.row_of(id_)) >= 0}
        return {id_: row for row, id_ in enumerate(self._ids) if id_ in wanted}

    def _set_aside_rows(self) -> None:
        self._earlier = dict(self._rows) or self._earlier
        self._rows.clear()
        self._wanted.clear()
        self._tasks.cancel_all()

    def _want(self, chunk: int) -> None:
        if chunk in self._wanted:
            return
        self._wanted[chunk] = None
        if (
            len(self._wanted) > _WISHES
        ):  # what flew past under the scroll bar asks again when it is seen again
            del self._wanted[next(iter(self._wanted))]
        if not self._tasks.is_running("fetch"):
            self._tasks.start("fetch", self._fetch_wanted)

    async def _fetch_wanted(self) -> None:
        while self._wanted:
            chunk = next(reversed(self._wanted))
            # A screen may lie across two chunks: fetched together they are painted once.
            chunks = [near for near in (chunk - 1, chunk, chunk + 1) if near in self._wanted]
            first = chunks[0] * CHUNK
            ids = self._ids[first : (chunks[-1] + 1) * CHUNK]
            try:
                rows = await self._fetch(ids)
            except Exception:  # told by the task; these rows ask again when they are seen again
                self._wanted.clear()
                raise
            for near in chunks:
                self._wanted.pop(near, None)
            self._keep(first, ids, rows)

    def _keep(self, first: int, ids: Sequence[int], rows: list[Row]) -> None:
        self._rows.update(zip(ids, rows, strict=True))
        if self._is_newer:
            earlier = [(id_, self._earlier.pop(id_, row), row) for id_, row in zip(ids, rows, strict=True)]
            differing = [id_ for id_, before, row in earlier if before != row]
            if differing:
                self.rows_differ.emit(differing)
        while len(self._rows) > _KEPT_ROWS:
            self._rows.popitem(last=False)
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(ids) - 1, len(self.columns) - 1))


_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT_NUMBER: Final = _RIGHT.value
_LEFT_NUMBER: Final = _LEFT.value
