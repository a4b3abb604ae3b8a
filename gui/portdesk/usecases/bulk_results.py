"""What became of a list, or would become of it, as a file: a sheet that adds up, a sheet of rows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.usecases.columns import ExportColumn
from portdesk.usecases.commas import CommaSheet
from portdesk.usecases.drafts import Draft, StoppedError, in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet: its name, its columns and its rows, all at once."""

    title: str
    columns: Sequence[ExportColumn[Any]]
    rows: Sequence[Any]


async def write_pages(path: Path, pages: Sequence[Page]) -> tuple[Path, ...]:
    """
    Write `pages` as the sheets of an `.xlsx`, or each as a `.csv`, whose files are the answer.

    The last page is the one a `.csv` is named for; the others carry their titles. Each file takes its
    place when it is whole. Raises `InputError` and `MachineError`.
    """
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError(Message("The name of the file must end in .xlsx or .csv."))
    stop = Event()
    try:
        return await asyncio.to_thread(_write, path, tuple(pages), stop)
    except asyncio.CancelledError:
        stop.set()
        raise


def _write(path: Path, pages: Sequence[Page], stop: Event) -> tuple[Path, ...]:
    try:
        if path.suffix.lower() == ".csv":
            *others, last = pages
            named = [(path, last), *((path.with_stem(f"{path.stem} {page.title}"), page) for page in others)]
            for place, page in named:
                _write_commas(place, page, stop)
            return tuple(place for place, _ in named)
        _write_book(path, pages, stop)
    except StoppedError:
        return ()
    return (path,)


def _write_commas(path: Path, page: Page, stop: Event) -> None:
    with in_words(path), Draft(path, stop) as draft:
        sheet: CommaSheet[Any] = CommaSheet(draft.file, page.columns)
        sheet.add(page.rows)
        sheet.finish()
        draft.publish()


def _write_book(path: Path, pages: Sequence[Page], stop: Event) -> None:
    from portdesk.usecases.spreadsheets import Spreadsheet  # noqa: PLC0415 - 30 ms, so the thread imports it

    with in_words(path), Draft(path, stop) as draft:
        first, *others = pages
        book: Spreadsheet[Any] = Spreadsheet(draft.file, first.columns, title=first.title)
        try:
            book.add(first.rows)
            for page in others:
                book.turn_to(page.title, page.columns)
                book.add(page.rows)
            book.finish()
            draft.publish()
        finally:
            book.abandon()
