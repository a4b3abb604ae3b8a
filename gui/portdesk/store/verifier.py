"""
Says whether a journal was changed by anybody but the program: python -m portdesk.store.verifier FILE.

It needs nothing but this file and Python's own library, so an auditor can take it along. It shares no
line with the program that writes journals; what it knows about the file is told here once more:

- `audit` is a chain. The hash of a row is SHA-256 over the hash of the row before it (64 zeros before the
  first), a line feed, and the row as JSON with sorted keys and no blanks.
- `rows` of an audit row names every row of the other tables that was written with it, as `table/key`,
  and the hash of its content: SHA-256 over the JSON list of its values. An instruction has two: one of
  what was fixed by the click, and one over that hash and the rest.

Nothing is written, not even beside the file. The exit code is 0 for an intact journal, 1 for one in which
something was changed, removed or moved, 2 for a file that cannot be read as a journal, 3 for one that
is newer than this program.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

APPLICATION: Final = 0x50646A6C
NEWEST: Final = 2
GENESIS: Final = "0" * 64
INTACT, CHANGED, UNREADABLE, NEWER = 0, 1, 2, 3

CHAIN: Final = ("height", "at", "actor", "event", "subject", "detail", "rows", "hash")
FIXED: Final = (
    *("id", "kind", "shop", "subject", "amount", "currency", "snapshot", "reason", "code", "actor", "words"),
    *("pg", "merchant_uid", "is_plain", "may_rise", "pays_later", "tax_free", "vat_amount", "approval"),
    *("batch", "row"),
)
MOVING: Final = (
    *("state", "attempt", "cancellation", "quiet_from", "settled_at", "echoed", "is_overlapped", "note"),
)
WINDOW: Final = (
    *("id", "shop", "purpose", "merchant_uid", "customer_uid", "amount", "charge", "currency"),
    *("may_try_charge", "pay_method", "pg_provider", "pg_id", "is_test_channel", "actor", "words"),
    *("opened_at", "key_before"),
)
WINDOW_MOVING: Final = ("state", "ending", "imp_uid", "gone_at", "settled_at", "found", "note")
KEYS: Final[Mapping[str, Sequence[str]]] = {
    "instructions": ("id",),
    "attempts": ("instruction", "number"),
    "observations": ("id",),
    "plans": ("id",),
    "checkouts": ("id",),
}
SINCE: Final = {"checkouts": 2}
"""The version that brought a table, where it was not the first."""
CONTENT: Final[Mapping[str, Sequence[str]]] = {
    "instructions": (*FIXED, "frozen", *MOVING),
    "attempts": (
        *(
            "instruction",
            "number",
            "actor",
            "body_sha256",
            "cause",
            "server_time",
            "answer",
            "server_message",
        ),
    ),
    "observations": ("instruction", "seen"),
    "plans": ("id", "plan", "state"),
    "checkouts": (*WINDOW, "frozen", *WINDOW_MOVING),
}
"""The columns of each table the chain covers, in the order in which they are hashed."""
_FIXED_PARTS: Final = {"instructions": len(FIXED), "checkouts": len(WINDOW)}
_BESIDE: Final = frozenset({"audit", "lease"})

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "intact": "Intact: {rows} rows of the record follow one another without a gap, and {covered} rows of "
        "the journal are as they were written.",
        "head": "It ends with row {height}: {words}",
        "keep": "Note it: with it a later run also sees that the end is missing: --head '{height} {words}'",
        "chain gap": "Row {where} of the record is missing.",
        "chain changed": "Row {where} of the record was changed or moved.",
        "head missing": "The end of the record is missing: it has {have} rows, and had {where}.",
        "head differs": "Row {where} of the record is another one than was noted.",
        "row changed": "{where} was changed.",
        "row gone": "{where} is missing.",
        "row added": "{where} was not written by Portdesk.",
        "empty": "The record is empty; every journal begins with a row of its own.",
        "broken": "The file is broken ({where}).",
        "unreadable": "This is no journal of Portdesk, or it cannot be read ({where}).",
        "newer": "This journal is newer than this program ({where}). Use a newer one.",
        "no head": "A noted head is a number and twelve groups of four characters.",
    },
    "ko": {
        "intact": "이상 없음: 기록 {rows}줄이 빠짐없이 이어지고, 장부의 {covered}줄이 쓰인 그대로예요.",
        "head": "마지막은 {height}번째 줄이에요: {words}",
        "keep": "적어 두면 다음에 끝이 잘려 나간 것까지 알 수 있어요: --head '{height} {words}'",
        "chain gap": "기록의 {where}번째 줄이 없어요.",
        "chain changed": "기록의 {where}번째 줄이 바뀌었거나 옮겨졌어요.",
        "head missing": "기록의 끝이 없어요. {where}줄이었는데 지금은 {have}줄이에요.",
        "head differs": "기록의 {where}번째 줄이 적어 둔 것과 달라요.",
        "row changed": "{where} 줄이 바뀌었어요.",
        "row gone": "{where} 줄이 없어요.",
        "row added": "{where} 줄은 Portdesk가 쓴 것이 아니에요.",
        "empty": "기록이 비어 있어요. 장부에는 처음부터 한 줄이 있어요.",
        "broken": "파일이 손상됐어요({where}).",
        "unreadable": "Portdesk의 장부가 아니거나 읽을 수 없어요({where}).",
        "newer": "이 프로그램보다 새로운 장부예요({where}). 더 새로운 것을 쓰세요.",
        "no head": "적어 둔 끝은 숫자 하나와 네 글자씩 열두 묶음이에요.",
    },
}
"""Its own words, because it stands alone."""


@dataclass(frozen=True)
class Head:
    """The end of the record: its row, and the first 48 characters of that row's hash in groups of four."""

    height: int
    words: str

    @classmethod
    def of(cls, height: int, mark: str) -> Head:
        """The head with a whole hash."""
        return cls(height, " ".join(mark[place : place + 4] for place in range(0, 48, 4)))

    @classmethod
    def noted(cls, text: str) -> Head:
        """A head as a person noted it; raises `ValueError`."""
        number, _, words = text.strip().partition(" ")
        groups = words.lower().split()
        if len(groups) != 12 or any(len(group) != 4 for group in groups):  # noqa: PLR2004 - as it is spoken
            raise ValueError(text)
        return cls(int(number), " ".join(groups))


class BadRowError(Exception):
    """The first thing that is not as the program wrote it; `what` is a key of the words."""

    def __init__(self, what: str, where: object = "", **more: object) -> None:
        super().__init__(what, where)
        self.what, self.where, self.more = what, where, more

    def told(self, language: str) -> str:
        """The words for people."""
        return _WORDS[language][self.what].format(where=self.where, **self.more)


@dataclass(frozen=True)
class Verdict:
    """What was found: the exit code, the words, and the end of an intact record."""

    code: int
    bad: BadRowError | None = None
    head: Head | None = None
    covered: int = 0

    def told(self, language: str) -> str:
        """The words for people."""
        if self.bad is not None or self.head is None:
            return "" if self.bad is None else self.bad.told(language)
        words = _WORDS[language]
        lines = (
            words["intact"].format(rows=self.head.height, covered=self.covered),
            words["head"].format(height=self.head.height, words=self.head.words),
            words["keep"].format(height=self.head.height, words=self.head.words),
        )
        return "\n".join(lines)


def verify(path: Path, noted: Head | None = None) -> Verdict:
    """Read the journal at `path` from its first row to its last; never raises for what is in the file."""
    try:
        with _opened(path) as journal:
            if newer := _newer(journal):
                return Verdict(NEWER, BadRowError("newer", newer))
            _check_file(journal)
            head, covered = _walk(journal, noted)
            _check_rows(journal, covered)
    except BadRowError as bad:
        return Verdict(CHANGED, bad)
    except (OSError, _NotAJournalError) as error:
        return Verdict(UNREADABLE, BadRowError("unreadable", error))
    except (sqlite3.Error, ValueError, RecursionError, MemoryError) as error:
        return Verdict(CHANGED, BadRowError("broken", type(error).__name__))
    return Verdict(INTACT, head=head, covered=len(covered))


class _NotAJournalError(Exception):
    """Another kind of file."""


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """
    A copy of the journal, opened.

    A file that a crash left behind has a commit beside it that has to be undone first, and that must
    not be done to somebody's evidence.
    """
    if not path.is_file():
        raise _NotAJournalError(path.name)
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise _NotAJournalError(path.name)
    with tempfile.TemporaryDirectory(prefix="portdesk-verify-") as folder:
        copy = Path(folder) / "journal.db"
        for tail in ("", "-journal", "-wal"):
            beside = path.with_name(path.name + tail)
            if beside.exists():
                shutil.copyfile(beside, copy.with_name(copy.name + tail))
        with closing(sqlite3.connect(copy, isolation_level=None)) as journal:
            journal.execute("PRAGMA trusted_schema = OFF")
            journal.execute("PRAGMA cell_size_check = ON")
            yield journal


def _newer(journal: sqlite3.Connection) -> str:
    """What of the file this program does not know."""
    (application,) = journal.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise _NotAJournalError(hex(application))
    (version,) = journal.execute("PRAGMA user_version").fetchone()
    if version > NEWEST:
        return f"version {version}"
    names = [name for (name,) in journal.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return ", ".join(sorted(set(names) - set(KEYS) - _BESIDE))


def _check_file(journal: sqlite3.Connection) -> None:
    (found,) = journal.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BadRowError("broken", "integrity_check")


def _walk(journal: sqlite3.Connection, noted: Head | None) -> tuple[Head, dict[str, str]]:
    """Follow the chain; its end, and the last hash of every row it names."""
    height, before = 0, GENESIS
    covered: dict[str, str] = {}
    for row in journal.execute(f"SELECT {', '.join(CHAIN)} FROM audit ORDER BY height"):  # noqa: S608 - our own names
        number, at, actor, event, subject, detail, rows, mark = row
        if number != height + 1:
            raise BadRowError("chain gap", height + 1)
        height = number
        texts = (at, actor, event, subject, detail, rows, mark)
        if not all(type(text) is str for text in texts) or mark != _sha(f"{before}\n{_line(row)}"):
            raise BadRowError("chain changed", height)
        before = mark
        covered.update(json.loads(rows))
        if noted is not None and noted.height == height and Head.of(height, mark) != noted:
            raise BadRowError("head differs", height)
    if height == 0:
        raise BadRowError("empty")
    if noted is not None and noted.height > height:
        raise BadRowError("head missing", noted.height, have=height)
    return Head.of(height, before), covered


def _line(row: Sequence[Any]) -> str:
    """A row of the chain as it was hashed; its two JSON texts stand in it exactly as they are kept."""
    number, at, actor, event, subject, detail, rows, _ = row
    return (
        f'{{"actor":{_json(actor)},"at":{_json(at)},"detail":{detail},"event":{_json(event)},'
        f'"height":{number},"rows":{rows},"subject":{_json(subject)}}}'
    )


def _check_rows(journal: sqlite3.Connection, covered: Mapping[str, str]) -> None:
    left = dict(covered)
    (version,) = journal.execute("PRAGMA user_version").fetchone()
    for table, keys in KEYS.items():
        if SINCE.get(table, 1) > version:
            continue
        names = (*keys, *CONTENT[table], "hash")
        wanted = ", ".join(f'"{name}"' for name in names)
        order = ", ".join(f'"{key}"' for key in keys)
        for values in journal.execute(f'SELECT {wanted} FROM "{table}" ORDER BY {order}'):  # noqa: S608 - our own names
            name = "/".join((table, *map(str, values[: len(keys)])))
            if name not in left:
                raise BadRowError("row changed" if name in covered else "row added", name)
            if not left.pop(name) == values[-1] == _hash_of(table, values[len(keys) : -1]):
                raise BadRowError("row changed", name)
    if left:
        raise BadRowError("row gone", min(left))


def _hash_of(table: str, values: Sequence[Any]) -> str:
    """The hash of a row's content, empty for one with values that no journal holds."""
    if not all(value is None or type(value) in (int, str) for value in values):
        return ""
    part = _FIXED_PARTS.get(table)
    if part is None:
        return _sha(_json(list(values)))
    fixed, frozen, moving = values[:part], values[part], values[part + 1 :]
    return _sha(_json([frozen, *moving])) if _sha(_json(list(fixed))) == frozen else ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ko" if spoken.startswith("ko") else "en"


def tell(path: Path, head: str | None = None, language: str | None = None) -> int:
    """Verify the journal at `path`, say in words what was found, and give the exit code."""
    language = language or _language()
    try:
        noted = None if head is None else Head.noted(head)
    except ValueError:
        sys.stdout.write(_WORDS[language]["no head"] + "\n")
        return UNREADABLE
    verdict = verify(path, noted)
    sys.stdout.write(verdict.told(language) + "\n")
    return verdict.code


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="verifier", description="Says whether anything in a journal of Portdesk was changed."
    )
    parser.add_argument("file", type=Path, help="a journal.db, or a copy of one")
    parser.add_argument("--head", metavar="'NUMBER WORDS'", help="the end of the record as noted earlier")
    parser.add_argument("--lang", choices=("ko", "en"), help="the language of the answer")
    wishes = parser.parse_args(arguments)
    return tell(wishes.file, wishes.head, wishes.lang)


if __name__ == "__main__":
    sys.exit(main())
