from __future__ import annotations

import asyncio
import csv
import errno
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from portdesk.domain.errors import InputError, MachineError, PortdeskError
from portdesk.domain.times import KST
from portdesk.usecases.export import Export, ExportColumn, Kind

pytestmark = pytest.mark.anyio

SUFFIXES = ("xlsx", "csv")
BEFORE = b"what was there before"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing may be left there, nor a thread."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("export")]


@pytest.fixture(params=SUFFIXES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / f"payments.{request.param}"


COLUMNS = (
    ExportColumn[int](title="imp_uid", value=lambda row: f"imp_{row:012d}"),
    ExportColumn[int](
        title="Amount", kind=Kind.MONEY, value=lambda row: Decimal(row * 100), currency=lambda _: "KRW"
    ),
    ExportColumn[int](
        title="Seen", kind=Kind.TIME, value=lambda row: datetime(2026, 1, 1, 9, row % 60, tzinfo=KST)
    ),
)


async def numbers(offset: int, count: int) -> Sequence[int]:
    return range(offset, offset + count)


def ignored(_done: int, _total: int) -> None:
    pass


async def written(
    path: Path,
    columns: Sequence[ExportColumn[int]] = COLUMNS,
    *,
    total: int = 3,
    rows: Callable[..., object] = numbers,
    progress: Callable[[int, int], None] = ignored,
) -> int:
    return await Export().write(path, columns, total=total, rows=rows, progress=progress)  # type: ignore[arg-type]


def read(path: Path) -> list[list[object]]:
    if path.suffix == ".xlsx":
        return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))  # type: ignore[arg-type]


def watching(act: Callable[[int], None]) -> tuple[ExportColumn[int], ...]:
    """The columns, with `act` called in the thread for each row."""

    def value(row: int) -> str:
        act(row)
        return "seen"

    return (*COLUMNS, ExportColumn[int](title="Watch", value=value))


class TestWriting:
    @pytest.mark.parametrize("total", [0, 1, 500, 501, 1203])
    async def test_every_row_is_there_in_order(self, path: Path, total: int) -> None:
        assert await written(path, total=total) == total

        cells = read(path)
        assert cells[0] == ["imp_uid", "Amount", "Seen"]
        assert [each[0] for each in cells[1:]] == [f"imp_{row:012d}" for row in range(total)]
        assert [float(str(each[1])) for each in cells[1:]] == [row * 100 for row in range(total)]

    async def test_the_file_is_for_its_owner_alone_and_lies_alone(self, path: Path) -> None:
        await written(path)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.iterdir()) == [path]

    async def test_an_earlier_file_is_replaced_when_the_new_one_is_whole(self, path: Path) -> None:
        path.write_bytes(BEFORE)
        seen: list[bytes] = []

        await written(path, watching(lambda _: seen.append(path.read_bytes())))

        assert set(seen) == {BEFORE}
        assert len(read(path)) == 4

    async def test_nobody_else_can_read_it_while_it_grows(self, path: Path, scratch: Path) -> None:
        modes: set[tuple[str, int]] = set()

        def look(_row: int) -> None:
            for place in (*path.parent.iterdir(), *scratch.iterdir()):
                modes.add((place.suffix, stat.S_IMODE(place.stat().st_mode)))

        await written(path, watching(look))

        assert modes <= {(".part", 0o600), ("", 0o700)}
        assert (".part", 0o600) in modes

    async def test_the_suffix_may_be_written_large(self, path: Path) -> None:
        large = path.with_suffix(path.suffix.upper())
        await written(large)

        assert large.read_bytes()[:2] == (b"PK" if path.suffix == ".xlsx" else b"\xef\xbb")

    async def test_rows_that_are_gone_are_not_counted(self, path: Path) -> None:
        async def fewer(offset: int, count: int) -> list[int]:
            return list(range(offset, offset + count))[1:]

        assert await written(path, total=1000, rows=fewer) == 998
        assert len(read(path)) == 999

    async def test_progress_comes_after_each_portion_and_ends_at_the_total(self, path: Path) -> None:
        seen: list[tuple[int, int]] = []

        await written(path, total=1203, progress=lambda done, total: seen.append((done, total)))

        assert seen == [(500, 1203), (1000, 1203), (1203, 1203)]


class TestThread:
    async def test_the_work_is_done_in_one_thread_that_is_not_the_loops(self, path: Path) -> None:
        threads: set[threading.Thread] = set()
        asked: set[threading.Thread] = set()

        async def rows(offset: int, count: int) -> Sequence[int]:
            asked.add(threading.current_thread())
            return range(offset, offset + count)

        await written(
            path, watching(lambda _: threads.add(threading.current_thread())), total=1200, rows=rows
        )

        assert len(threads) == 1
        assert asked == {threading.main_thread()}
        assert not threads & asked

    async def test_no_portion_is_asked_for_before_the_last_is_written(self, path: Path) -> None:
        done: list[int] = []
        waiting: list[int] = []

        async def rows(offset: int, count: int) -> Sequence[int]:
            waiting.append(offset - len(done))
            return range(offset, offset + count)

        await written(path, watching(done.append), total=2600, rows=rows)

        assert waiting == [0] * 6

    async def test_the_loop_goes_on_meanwhile(self, path: Path) -> None:
        go_on = threading.Event()
        task = asyncio.get_running_loop().create_task(
            written(path, watching(lambda row: row == 1 and go_on.wait(30) and None))
        )
        for _ in range(100):
            await asyncio.sleep(0)
        assert not task.done()
        go_on.set()

        assert await task == 3


class TestCancelling:
    @pytest.fixture(autouse=True)
    def earlier(self, path: Path) -> None:
        path.write_bytes(BEFORE)

    def nothing_happened(self, path: Path) -> bool:
        return path.read_bytes() == BEFORE and list(path.parent.iterdir()) == [path]

    async def test_while_rows_are_fetched(self, path: Path) -> None:
        waits = asyncio.Event()

        async def never(offset: int, count: int) -> Sequence[int]:
            if offset:
                waits.set()
                await asyncio.get_running_loop().create_future()
            return range(offset, offset + count)

        task = asyncio.get_running_loop().create_task(written(path, total=2000, rows=never))
        await waits.wait()
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
        assert self.nothing_happened(path)

    @pytest.mark.parametrize("again", [False, True])
    async def test_while_the_thread_writes_stops_it_within_a_row(self, path: Path, again: bool) -> None:
        loop = asyncio.get_running_loop()
        done: list[int] = []
        cancelled = threading.Event()
        is_loop_free: list[bool] = []

        def act(row: int) -> None:
            done.append(row)
            if row == 600:
                loop.call_soon_threadsafe(cancel)
                is_loop_free.append(cancelled.wait(5))

        def cancel() -> None:
            task.cancel()
            after(30, cancelled.set)
            if again:
                after(10, task.cancel)

        task = loop.create_task(written(path, watching(act), total=2000))

        with pytest.raises(asyncio.CancelledError):
            await task
        assert done == list(range(601))
        assert is_loop_free == [True]
        assert self.nothing_happened(path)

    async def test_at_the_last_moment_before_it_takes_its_place(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loop = asyncio.get_running_loop()
        cancelled = threading.Event()

        def sync(_handle: int) -> None:
            loop.call_soon_threadsafe(cancel)
            cancelled.wait(30)

        def cancel() -> None:
            task.cancel()
            after(5, cancelled.set)

        monkeypatch.setattr("portdesk.usecases.drafts.os.fsync", sync)
        task = loop.create_task(written(path))

        with pytest.raises(asyncio.CancelledError):
            await task
        assert self.nothing_happened(path)

    async def test_while_a_workbook_is_packed(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        cancelled = threading.Event()
        close = Closing(lambda: loop.call_soon_threadsafe(cancel), cancelled)

        def cancel() -> None:
            task.cancel()
            after(5, cancelled.set)

        monkeypatch.setattr("portdesk.usecases.commas.CommaSheet.finish", close.of("commas.CommaSheet"))
        monkeypatch.setattr(
            "portdesk.usecases.spreadsheets.Spreadsheet.finish", close.of("spreadsheets.Spreadsheet")
        )
        task = loop.create_task(written(path, total=1000))

        with pytest.raises(asyncio.CancelledError):
            await task
        assert self.nothing_happened(path)

    async def test_what_fails_while_rows_are_fetched_comes_out_as_it_is(self, path: Path) -> None:
        async def broken(offset: int, count: int) -> Sequence[int]:
            if offset:
                raise LookupError("gone")
            return range(count)

        with pytest.raises(LookupError):
            await written(path, total=1000, rows=broken)
        assert self.nothing_happened(path)

    async def test_so_does_what_a_column_cannot_say(self, path: Path) -> None:
        with pytest.raises(ZeroDivisionError):
            await written(path, watching(lambda row: 1 // (2 - row) and None))
        assert self.nothing_happened(path)


class TestRefusals:
    async def refused(self, path: Path, kind: type[PortdeskError], **options: object) -> PortdeskError:
        before = sorted(path.parent.iterdir()) if path.parent.is_dir() else None
        with pytest.raises(kind) as caught:
            await written(path, **options)  # type: ignore[arg-type]
        if before is not None:
            assert sorted(path.parent.iterdir()) == before
        return caught.value

    async def test_another_kind_of_file(self, tmp_path: Path) -> None:
        error = await self.refused(tmp_path / "payments.xls", InputError)

        assert ".xlsx" in str(error)

    async def test_no_columns(self, path: Path) -> None:
        await self.refused(path, InputError, columns=())

    async def test_more_rows_than_excel_has_before_anything_is_written(self, tmp_path: Path) -> None:
        asked: list[int] = []

        async def rows(offset: int, count: int) -> Sequence[int]:
            asked.append(offset)
            return range(offset, offset + count)

        error = await self.refused(tmp_path / "a.xlsx", InputError, total=1_048_576, rows=rows)

        assert "1,048,576" in str(error)
        assert "CSV" in str(error.advice)
        assert asked == []

    async def test_a_folder_that_is_not_there(self, path: Path) -> None:
        error = await self.refused(path.parent / "gone" / path.name, InputError)

        assert error.advice is not None

    async def test_a_folder_that_is_a_file(self, path: Path) -> None:
        path.parent.joinpath("file").touch()

        await self.refused(path.parent / "file" / path.name, InputError)

    async def test_a_place_that_is_a_folder(self, path: Path) -> None:
        path.mkdir()

        error = await self.refused(path, InputError)

        assert path.name in str(error)

    async def test_a_name_that_is_too_long(self, path: Path) -> None:
        await self.refused(path.with_name(f"{'가' * 300}{path.suffix}"), InputError)

    @pytest.mark.parametrize("late", [False, True])
    async def test_a_file_that_excel_has_open(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
    ) -> None:
        path.write_bytes(BEFORE)

        def barred(_path: Path, mode: object) -> None:
            assert late or mode == "r+b"
            raise PermissionError(errno.EACCES, "The process cannot access the file")

        monkeypatch.setattr(Path, "replace" if late else "open", barred)
        error = await self.refused(path, MachineError)
        monkeypatch.undo()

        assert path.name in str(error)
        assert "Excel" in str(error.advice)
        assert path.read_bytes() == BEFORE

    async def test_a_folder_that_nobody_may_write_to(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def barred(**_named: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr("portdesk.usecases.drafts.tempfile.mkstemp", barred)
        error = await self.refused(path, MachineError)

        assert "folder" in str(error)

    async def test_a_disk_that_fails(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(_handle: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr("portdesk.usecases.drafts.os.fsync", broken)
        error = await self.refused(path, MachineError)

        assert "Input/output error" in str(error)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of files")
    def test_a_disk_that_is_full_wherever_it_happens(self, path: Path, scratch: Path) -> None:
        path.write_bytes(BEFORE)
        result = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error", "-c", FULL_DISK, str(path), str(scratch)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert result.stderr == ""
        told = result.stdout.split("\n")[:-1]
        assert len(told) > 8
        assert told.pop() == "written"
        assert set(told) == {"There is no room for the file on this disk."}


FULL_DISK = """
import asyncio, resource, sys, tempfile
from pathlib import Path
from portdesk.domain.errors import MachineError
from portdesk.usecases.export import Export, ExportColumn
path, scratch = map(Path, sys.argv[1:])
tempfile.tempdir = str(scratch)
before = path.read_bytes()
columns = [ExportColumn(title="a", value=lambda row: f"{row * 7919:x}" * 3)]
async def rows(offset, count):
    return range(offset, offset + count)
async def write():
    return await Export().write(path, columns, total=3000, rows=rows, progress=lambda *_: None)
limit = 1
while True:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        assert asyncio.run(write()) == 3000
        break
    except MachineError as error:
        print(error)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert list(scratch.iterdir()) == []
    limit = limit * 2 + 1
print("written")
"""


class Closing:
    """Lets a sheet finish only after something else has happened."""

    def __init__(self, act: Callable[[], object], until: threading.Event) -> None:
        self._act = act
        self._until = until

    def of(self, name: str) -> Callable[[object], None]:
        module, _, kind = f"portdesk.usecases.{name}".rpartition(".")
        __import__(module)
        original = getattr(sys.modules[module], kind).finish

        def finish(sheet: object) -> None:
            self._act()
            self._until.wait(30)
            original(sheet)

        return finish


def after(steps: int, act: Callable[[], object]) -> None:
    """Call `act` some steps of the loop later."""
    if steps == 0:
        act()
    else:
        asyncio.get_running_loop().call_soon(after, steps - 1, act)
