"""What a table shows, written to a file for Excel or any other program."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Final

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.usecases.columns import ExportColumn, Kind, Row, Sheet
from portdesk.usecases.commas import CommaSheet
from portdesk.usecases.drafts import Draft, StoppedError, in_words

__all__ = ["Export", "ExportColumn", "Kind"]

_PORTION: Final = 500
_EXCEL_ROWS: Final = 1_048_575
"""What fits below the head of a sheet."""
_STINT: Final = 0.002
_REST: Final = 0.0005
"""Seconds of work, and of rest after them; where rests come out longer they are rarer."""


class Export:
    """
    Writes rows to `.xlsx` and `.csv` files.

    A file is made in a thread of its own, beside its place and readable by its owner alone, and
    takes its place when it is whole. Nothing here knows what a row is, and nothing is opened.
    """

    async def write(
        self,
        path: Path,
        columns: Sequence[ExportColumn[Row]],
        *,
        total: int,
        rows: Callable[[int, int], Awaitable[Sequence[Row]]],
        progress: Callable[[int, int], None],
    ) -> int:
        """
        Write what `rows(offset, count)` gives from 0 to `total`; the number of rows in the file.

        The suffix of `path` decides the kind of file. The next portion is asked for when the one
        before is written; it may fall short where rows are gone. `progress(done, total)` is called
        on the loop after each one; the file is not in its place before this method returns.

        Cancelled or failed, it leaves nothing behind, and an earlier file as it was. Raises
        `InputError` before the work if there can be no such file, `MachineError` for a full disk, a
        file open elsewhere and the like.
        """
        _check(path, columns, total)
        stop = Event()
        filling = _filling(path, tuple(columns), stop)
        written = 0
        with ThreadPoolExecutor(1, "export") as thread:
            run = partial(asyncio.get_running_loop().run_in_executor, thread)
            try:
                await run(next, filling)
                for offset in range(0, total, _PORTION):
                    count = min(_PORTION, total - offset)
                    portion = await rows(offset, count)
                    await run(filling.send, portion)
                    written += len(portion)
                    progress(offset + count, total)
                await run(filling.send, None)
            except (Exception, asyncio.CancelledError):
                stop.set()
                raise
            finally:
                await _outlast(run(filling.close))
        return written


def _check(path: Path, columns: Sequence[ExportColumn[Row]], total: int) -> None:
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise InputError(Message("The name of the file must end in .xlsx or .csv."))
    if not columns:
        raise InputError(Message("There is no column to export."))
    if suffix == ".xlsx" and total > _EXCEL_ROWS:
        raise InputError(
            Message("{count} rows are more than an Excel sheet can hold.", count=f"{total:,}"),
            Message("Narrow the list down to {most} rows, or export it as CSV.", most=f"{_EXCEL_ROWS:,}"),
        )


def _filling(
    path: Path, columns: Sequence[ExportColumn[Row]], stop: Event
) -> Generator[None, Sequence[Row] | None, None]:
    """
    The thread's part, step by step: takes rows until it is sent `None`, then puts the file in place.

    Closed at any moment it tidies up.
    """
    with in_words(path), Draft(path, stop) as draft:
        sheet = _sheet(path, draft, columns)
        try:
            while (rows := (yield)) is not None:
                sheet.add(_in_turns(rows, stop))
            sheet.finish()
            draft.publish()
        finally:
            sheet.abandon()
        yield


def _sheet(path: Path, draft: Draft, columns: Sequence[ExportColumn[Row]]) -> Sheet[Row]:
    if path.suffix.lower() == ".csv":
        return CommaSheet(draft.file, columns)
    from portdesk.usecases.spreadsheets import Spreadsheet  # noqa: PLC0415 - 30 ms, so the thread imports it

    return Spreadsheet(draft.file, columns)


def _in_turns(rows: Sequence[Row], stop: Event) -> Iterator[Row]:
    """
    The rows while they are wanted, with a short rest now and then.

    Whoever paints a table asks for the interpreter's lock at every cell, and against a thread that
    never rests gets it only every 5 ms: a screen would take seconds.
    """
    due = perf_counter() + _STINT
    for row in rows:
        if stop.is_set():
            raise StoppedError
        if (now := perf_counter()) > due:
            stop.wait(_REST)
            rested = perf_counter()
            due = rested + max(_STINT, _STINT / _REST * (rested - now))
        yield row


async def _outlast(work: asyncio.Future[None]) -> None:
    """Wait for `work` even if nobody waits for us any more."""
    while not work.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([work])
