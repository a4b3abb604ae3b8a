"""The payments of the local copy: saving what was read, answering what lists ask."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final

import msgspec

from portdesk.domain.ids import ImpUid
from portdesk.domain.payment_lists import CurrencyTotal, PaymentQuery, PaymentRow
from portdesk.domain.payments import KnownPayment, Payment, PaymentStatus
from portdesk.domain.right_of_way import SCREEN
from portdesk.domain.times import KST, to_unix
from portdesk.store import first_rows, payment_queries, search_index
from portdesk.store.checkpoints import Proof, note_proof
from portdesk.store.database import Database
from portdesk.store.faults import DamageError
from portdesk.store.freshness import Reading, supersedes
from portdesk.store.grams import INDEXED
from portdesk.store.payment_columns import COLUMNS, columns_of, digest_of, payment_of, wire_bytes

_INSERT: Final = " ".join(
    ("INSERT INTO payments (", ",".join(COLUMNS), ", place) VALUES (", "?," * len(COLUMNS), "?)")
)
_UPDATE: Final = " ".join(
    ("UPDATE payments SET", ",".join(f"{name} = ?" for name in COLUMNS[2:]), "WHERE id = ?")
)
_OCCURRED_AT: Final = COLUMNS.index("occurred_at")
_INDEXED: Final = itemgetter(*(COLUMNS.index(name) for name in INDEXED))


class PaymentStore:
    """Payments as the server last said them; rows change only from its replies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self, payments: Sequence[Payment], *, read_at: datetime, proof: Proof | None = None
    ) -> frozenset[ImpUid]:
        """
        Keep what was read at the server's time `read_at`; the answer names what truly changed.

        `proof` is kept in the same transaction, so it never stands without its rows.

        A reading older than the row it meets is dropped (`store/freshness.py` has the rule). A row
        that did not change is not written, so its `read_at` stays that of the first such reading.
        """
        if not payments and proof is None:
            return frozenset()
        return await self._database.write(_save, payments, to_unix(read_at), proof)

    async def confirm(self, imp_uid: ImpUid, *, read_at: datetime) -> None:
        """Note that the row was read again and still stands."""
        await self._database.write(_confirm, imp_uid, to_unix(read_at))

    async def find(self, imp_uid: ImpUid) -> KnownPayment | None:
        """One payment, whole, with the time of its reading."""
        return await self._database.read(_find, imp_uid)

    async def knows_key(self, customer_uid: str) -> bool:
        """Whether a billing key of this name stands in any payment."""
        return await self._database.read(_knows_key, customer_uid)

    async def ids(self, query: PaymentQuery) -> array[int]:
        """The row ids that answer `query`, in its order; an id stays with its payment for good."""
        return await self._database.read(payment_queries.ids, query)

    async def first_ids(self, query: PaymentQuery, limit: int) -> array[int]:
        """What `ids` will begin with, long before it is done."""
        return await self._database.read(_first_ids, query, limit)

    async def rows(self, ids: Sequence[int]) -> list[PaymentRow]:
        """The rows of these ids, in their order, one for each."""
        return await self._database.read(payment_queries.rows, ids)

    async def totals(self, query: PaymentQuery) -> list[CurrencyTotal]:
        """The sums of a list, by currency, the most frequent first."""
        return await self._database.read(payment_queries.totals, query)

    async def count(self, query: PaymentQuery | None = None) -> int:
        """How many rows answer `query`, or are there at all."""
        return await self._database.read(payment_queries.count, query or PaymentQuery())

    async def take_into_search(self, limit: int = 1000) -> bool:
        """
        Take some payments into the search index that were stored before there was one.

        The answer tells whether there were any; until there are none, terms find only what is in it.
        """
        return await self._database.write(search_index.build, limit)

    async def is_searchable(self) -> bool:
        """Whether the search index holds every payment."""
        return await self._database.read(search_index.is_complete)

    async def ids_of(self, imp_uids: Sequence[ImpUid]) -> dict[ImpUid, int]:
        """The row ids of these payments, where there are any."""
        return await self._database.read(payment_queries.ids_of, imp_uids)

    async def names_of(self, imp_uids: Sequence[ImpUid]) -> dict[ImpUid, tuple[str, str]]:
        """What these payments are called, order and buyer, where they are known."""
        return await self._database.read(payment_queries.names_of, imp_uids)

    async def position(self, imp_uid: ImpUid, query: PaymentQuery) -> int | None:
        """Where a payment stands in the answer to `query`, counted from 0."""
        return await self._database.read(_position, imp_uid, query)

    async def count_by_status(self, status: PaymentStatus, since: int, until: int) -> int:
        """How many rows reached their `status` between two Unix seconds, both inclusive."""
        return await self._database.read(_count_by_status, status, since, until)

    async def uids_by_status(self, status: PaymentStatus, since: int, until: int) -> frozenset[ImpUid]:
        """The payments that reached their `status` between two Unix seconds, both inclusive."""
        return await self._database.read(_uids_by_status, status, since, until)


def _first_ids(connection: sqlite3.Connection, query: PaymentQuery, limit: int) -> array[int]:
    return array("q", first_rows.first_ids(connection, query, limit))


def _save(
    connection: sqlite3.Connection, payments: Sequence[Payment], read_at: int, proof: Proof | None
) -> frozenset[ImpUid]:
    readings = _newest(payments, read_at)
    known = _known(connection, list(readings))
    (highest,) = connection.execute("SELECT coalesce(max(id), 0) FROM payments").fetchone()
    added: list[tuple[int, Reading, bytes]] = []
    replaced: list[tuple[int, Reading, bytes]] = []
    for imp_uid, (reading, wire) in readings.items():
        row = known.get(imp_uid)
        if row is None:
            added.append((highest + len(added) + 1, reading, wire))
        elif row[2] != reading.digest and supersedes(reading, _stored(connection, *row)):
            replaced.append((row[0], reading, wire))
    _insert(connection, added)
    _update(connection, replaced)
    if proof is not None:
        note_proof(connection, proof)
    return frozenset(reading.payment.imp_uid for _, reading, _ in (*added, *replaced))


def _newest(payments: Sequence[Payment], read_at: int) -> dict[ImpUid, tuple[Reading, bytes]]:
    readings: dict[ImpUid, tuple[Reading, bytes]] = {}
    for payment in SCREEN.giving(payments):
        wire = wire_bytes(payment)
        reading = Reading(payment, read_at, digest_of(wire))
        earlier = readings.get(payment.imp_uid)
        if earlier is None or supersedes(reading, earlier[0]):
            readings[payment.imp_uid] = (reading, wire)
    return readings


def _known(
    connection: sqlite3.Connection, imp_uids: Sequence[ImpUid]
) -> Mapping[ImpUid, tuple[int, int, int]]:
    cursor = connection.execute(
        "SELECT imp_uid, id, read_at, digest FROM payments WHERE imp_uid IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(imp_uids).decode(),),
    )
    return {ImpUid(imp_uid): (id_, read_at, digest) for imp_uid, id_, read_at, digest in cursor}


def _stored(connection: sqlite3.Connection, id_: int, read_at: int, digest: int) -> Reading:
    (wire,) = connection.execute("SELECT wire FROM payment_objects WHERE id = ?", (id_,)).fetchone()
    return Reading(payment_of(wire), read_at, digest)


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[int, Reading, bytes]]) -> None:
    if rows:
        _add(
            connection,
            [_values(id_, reading) for id_, reading, _ in SCREEN.giving(rows)],
            [(id_, wire) for id_, _, wire in rows],
        )


def _add(
    connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], objects: Sequence[tuple[int, bytes]]
) -> None:
    """Rows by the values of `COLUMNS`, into the table and into the search index."""
    places = search_index.take_places(connection, [values[_OCCURRED_AT] for values in rows])
    placed = ((*values, place) for values, place in zip(rows, places, strict=True))
    connection.executemany(_INSERT, SCREEN.giving(placed))
    search_index.add(connection, places, map(_INDEXED, rows))
    connection.executemany("INSERT INTO payment_objects (id, wire) VALUES (?, ?)", SCREEN.giving(objects))


def _update(connection: sqlite3.Connection, rows: Sequence[tuple[int, Reading, bytes]]) -> None:
    if not rows:
        return
    changed = [_values(id_, reading) for id_, reading, _ in rows]
    with search_index.following(connection, [id_ for id_, _, _ in rows]):
        connection.executemany(_UPDATE, [(*values[2:], values[0]) for values in changed])
    connection.executemany(
        "UPDATE payment_objects SET wire = ? WHERE id = ?", [(wire, id_) for id_, _, wire in rows]
    )


def _values(id_: int, reading: Reading) -> tuple[Any, ...]:
    return columns_of(reading.payment, id_=id_, read_at=reading.read_at, digest=reading.digest)


def _confirm(connection: sqlite3.Connection, imp_uid: ImpUid, read_at: int) -> None:
    connection.execute(
        "UPDATE payments SET read_at = ? WHERE imp_uid = ? AND read_at < ?", (read_at, imp_uid, read_at)
    )


def _knows_key(connection: sqlite3.Connection, customer_uid: str) -> bool:
    found = connection.execute("SELECT 1 FROM payments WHERE customer_uid = ? LIMIT 1", (customer_uid,))
    return found.fetchone() is not None


def _find(connection: sqlite3.Connection, imp_uid: ImpUid) -> KnownPayment | None:
    found = connection.execute(
        "SELECT wire, read_at, digest FROM payments JOIN payment_objects USING (id) WHERE imp_uid = ?",
        (imp_uid,),
    ).fetchone()
    if found is None:
        return None
    wire, read_at, digest = found
    if digest_of(wire) != digest:
        raise DamageError("an object is not the one that was stored")
    return KnownPayment(
        payment=payment_of(wire), read_at=datetime.fromtimestamp(read_at, UTC).astimezone(KST)
    )


def _position(connection: sqlite3.Connection, imp_uid: ImpUid, query: PaymentQuery) -> int | None:
    id_ = payment_queries.ids_of(connection, [imp_uid]).get(imp_uid)
    if id_ is None:
        return None
    try:
        return payment_queries.ids(connection, query).index(id_)
    except ValueError:
        return None


def _count_by_status(connection: sqlite3.Connection, status: PaymentStatus, since: int, until: int) -> int:
    (number,) = connection.execute(
        "SELECT count(*) FROM payments WHERE status = ? AND status_at BETWEEN ? AND ?", (status, since, until)
    ).fetchone()
    return int(number)


def _uids_by_status(
    connection: sqlite3.Connection, status: PaymentStatus, since: int, until: int
) -> frozenset[ImpUid]:
    cursor = connection.execute(
        "SELECT imp_uid FROM payments WHERE status = ? AND status_at BETWEEN ? AND ?", (status, since, until)
    )
    return frozenset(ImpUid(imp_uid) for (imp_uid,) in cursor)
