"""Rows per second into a million that are there, and what the search index costs of it, at once and later."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, percentile
from bench.search import NOW, PAGE, SCREEN, WRITER, below, history, made, opened, query, questions, timed
from portdesk.app import interpreter
from portdesk.store import first_rows, payments, search_index
from portdesk.store.grams import INDEXED, document
from portdesk.store.payment_columns import COLUMNS, columns_of, digest_of, wire_bytes

_ADDED: Final = 40_000
_ABOVE: Final = 2**40
_ONLY_OURS: Final = ("TABLE payment_search", "INDEX payments_by_place", "INDEX payments_unplaced")
_ROW: Final = f"INSERT INTO payments ({','.join(COLUMNS)}) VALUES ({','.join('?' * len(COLUMNS))})"
_OBJECT: Final = "INSERT INTO payment_objects (id, wire) VALUES (?, ?)"

Prepared = tuple[tuple[Any, ...], bytes]
"""The values of `COLUMNS`, and the object as it was received."""


def measure(rows: int = 1_000_000, queries: int = 400) -> list[Figure]:
    """
    The same pages in turns into a copy of all and into one without the search index.

    What the index was left in is asked before it is merged, and its merging is timed.
    """
    interpreter.settle()
    path = made(rows)
    with _copied(path) as ours, _copied(path) as peer:
        for statement in _ONLY_OURS:
            peer.execute(f"DROP {statement}")
        for connection in (ours, peer):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = _pages(ours)
        added, bare = [], []
        for page in pages:
            added.append(_transaction(ours, _add, page))
            bare.append(_transaction(peer, _execute_many, page))
        unmerged = [
            timed(first_rows.first_ids, ours, query(asked), SCREEN) for asked in questions(ours, queries)
        ]
        merging = _merged(ours)
        begun = time.perf_counter()
        documents = [_documents(ours, page) for page in pages]
        tokens = time.perf_counter() - begun
        index = sum(_transaction(ours, search_index._write, page) for page in documents)
    return [
        _inserted(added, bare, sum(merging), tokens=tokens, index=index),
        below(f"search, with {len(pages)} pages of {PAGE:,} not merged yet", unmerged, 20),
        Figure(
            name="merging them, in the writer's pauses: the longest portion",
            unit="ms",
            median=1000 * max(merging),
            p95=1000 * percentile(merging, 0.95),
            note=f"{len(merging)} portions, {sum(merging):.1f} s in all, outside the interpreter",
        ),
    ]


def _inserted(
    added: Sequence[float], bare: Sequence[float], merging: float, *, tokens: float, index: float
) -> Figure:
    rate, floor = _ADDED / sum(added), _ADDED / sum(bare)
    with_merging = _ADDED / (sum(added) + merging)
    parts = {
        "all of it": sum(added),
        "the bare rows": sum(bare),
        "tokens made in Python": tokens,
        "FTS5 taking them in": index,
        "the index by place and its pages": sum(added) - sum(bare) - tokens - index,
    }
    told = ", ".join(f"{1e6 * seconds / _ADDED:.0f} {name}" for name, seconds in parts.items())
    return Figure(
        name="insert into a million payments",
        unit="rows/s",
        median=rate,
        p95=percentile([PAGE / seconds for seconds in added], 0.05),
        peer_name="executemany without the search index",
        peer=floor,
        goal="≥ 0.5 x",
        reached=rate >= 0.5 * floor,
        note=f"{_ADDED:,} rows over all their seconds, {PAGE:,} a transaction, checkpoints included, page "
        f"by page in turns; the second figure is the slow end. The index is merged afterwards, when nobody "
        f"waits: with that in it, {with_merging:,.0f} rows/s = {with_merging / floor:.2f} x. "
        f"Microseconds a row: {told}",
    )


@contextlib.contextmanager
def _copied(path: Path) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        connection = opened(copy, WRITER)
        yield connection
        connection.close()


def _pages(connection: sqlite3.Connection) -> list[list[Prepared]]:
    (highest,) = connection.execute("SELECT max(id) FROM payments").fetchone()
    rows: list[Prepared] = []
    for id_, payment in enumerate(history(_ADDED, seed=100), highest + 1):
        wire = wire_bytes(payment)
        columns = columns_of(payment, id_=id_, read_at=NOW, digest=digest_of(wire))
        rows.append(((id_, f"{payment.imp_uid}x", *columns[2:]), wire))
    return [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]


def _documents(connection: sqlite3.Connection, page: Sequence[Prepared]) -> list[search_index.Change]:
    times = [values[COLUMNS.index("occurred_at")] for values, _ in page]
    indexed = itemgetter(*map(COLUMNS.index, INDEXED))
    places = search_index.take_places(connection, times)
    return [
        (place + _ABOVE, None, document(indexed(values)))
        for place, (values, _) in zip(places, page, strict=True)
    ]


def _transaction(connection: sqlite3.Connection, write: Callable[..., object], rows: Sequence[Any]) -> float:
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    write(connection, rows)
    connection.execute("COMMIT")
    return time.perf_counter() - begun


def _add(connection: sqlite3.Connection, rows: Sequence[Prepared]) -> None:
    payments._add(connection, [values for values, _ in rows], [(values[0], wire) for values, wire in rows])


def _execute_many(connection: sqlite3.Connection, rows: Sequence[Prepared]) -> None:
    connection.executemany(_ROW, [values for values, _ in rows])
    connection.executemany(_OBJECT, [(values[0], wire) for values, wire in rows])


def _merged(connection: sqlite3.Connection) -> list[float]:
    """Seconds of each portion, the commit included, until all is merged."""
    took: list[float] = []
    is_left = True
    while is_left:
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        is_left = search_index.merge_some(connection)
        connection.execute("COMMIT")
        took.append(time.perf_counter() - begun)
    return took
