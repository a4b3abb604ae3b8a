"""The shape of the local copy, one numbered step after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

from portdesk.store.faults import DamageError
from portdesk.store.grams import TOKENIZER

Migration = Callable[[Any], None]
"""Takes the `sqlite_utils.Database` of an open transaction."""

APPLICATION_ID: Final = 0x506F7264
"""Marks our files for SQLite and `file(1)`: "Pord"."""


class NewerFileError(Exception):
    """The file has a shape this program does not know."""


def step_1_payments(database: Any) -> None:
    """
    What lists sort and filter by, apart from the whole objects, so that a list reads few pages.

    Amounts are whole ten-thousandths or null, times Unix seconds. `state` is the rank of a
    `PaymentState`; `digest` is of the object's bytes.
    """
    payments = database["payments"]
    payments.create(
        {
            "id": int,
            "imp_uid": str,
            "merchant_uid": str,
            "occurred_at": int,
            "state": int,
            "is_test_channel": int,
            "status": str,
            "status_at": int,
            "started_at": int,
            "paid_at": int,
            "cancelled_at": int,
            "failed_at": int,
            "amount": int,
            "cancel_amount": int,
            "currency": str,
            "pay_method": str,
            "pg_provider": str,
            "emb_pg_provider": str,
            "pg_id": str,
            "instrument": str,
            "card_number": str,
            "apply_num": str,
            "customer_uid": str,
            "name": str,
            "buyer_name": str,
            "buyer_tel": str,
            "buyer_email": str,
            "awaits_deposit": int,
            "escrow": int,
            "read_at": int,
            "digest": int,
        },
        pk="id",
        not_null=("imp_uid", "merchant_uid", "state", "is_test_channel", "status", "read_at", "digest"),
        strict=True,
    )
    payments.create_index(["imp_uid"], unique=True)
    payments.create_index(["occurred_at", "state", "is_test_channel"], index_name="payments_by_time")
    payments.create_index(["status", "status_at"], index_name="payments_by_status")
    database.execute(
        "CREATE INDEX payments_unscaled ON payments (id) WHERE amount IS NULL OR cancel_amount IS NULL"
    )
    database["payment_objects"].create({"id": int, "wire": bytes}, pk="id", not_null=("wire",), strict=True)


def step_2_checkpoints(database: Any) -> None:
    """How far the copy reaches: what has been fetched through, and whether counts agreed."""
    database["coverage"].create(
        {"status": str, "since": int, "until": int},
        pk=("status", "since"),
        not_null=("until",),
        strict=True,
    )
    database["checks"].create(
        {"status": str, "since": int, "until": int, "checked_at": int, "total": int, "held": int},
        pk=("status", "since"),
        not_null=("until", "checked_at", "total", "held"),
        strict=True,
    )


def step_3_search(database: Any) -> None:
    """
    The search index (`search_index.py`), empty: it is filled in portions while the program runs.

    `place` is where a payment stands in it, or null as long as it does not. `search_amounts` are the
    amounts of all payments there ever were.
    """
    for statement in (
        "ALTER TABLE payments ADD COLUMN place INTEGER",
        """
        CREATE INDEX payments_by_place ON payments (place, occurred_at, state, is_test_channel, amount)
        WHERE place IS NOT NULL
        """,
        "CREATE INDEX payments_unplaced ON payments (occurred_at) WHERE place IS NULL",
        f"""
        CREATE VIRTUAL TABLE payment_search
        USING fts5 (tokens, content = '', columnsize = 0, tokenize = "{TOKENIZER}")
        """,
        "INSERT INTO payment_search (payment_search, rank) VALUES ('automerge', 16)",
        "INSERT INTO payment_search (payment_search, rank) VALUES ('crisismerge', 32)",
        "CREATE TABLE search_amounts (amount INTEGER PRIMARY KEY) STRICT",
        "CREATE TABLE search_state (spilled INTEGER NOT NULL) STRICT",
        "INSERT INTO search_state VALUES (0)",
    ):
        database.execute(statement)


def step_4_sync_log(database: Any) -> None:
    """What the sync did: `detail` is a message's id and arguments as JSON."""
    database["sync_log"].create(
        {"id": int, "at": int, "kind": str, "rows": int, "detail": str},
        pk="id",
        not_null=("at", "kind", "rows"),
        strict=True,
    )


def step_5_merging(database: Any) -> None:
    """
    The search index is merged when nobody waits (`search_index.merge_some`), no longer while rows come in.

    Only where a sync leaves the writer no pause at all does FTS5 still merge by itself.
    """
    for name, number in (("automerge", 0), ("usermerge", 16), ("crisismerge", 64)):
        database.execute("INSERT INTO payment_search (payment_search, rank) VALUES (?, ?)", (name, number))


MIGRATIONS: Final[tuple[Migration, ...]] = (
    step_1_payments,
    step_2_checkpoints,
    step_3_search,
    step_4_sync_log,
    step_5_merging,
)


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    """
    Bring a file to the newest shape, one transaction a step.

    Raises `NewerFileError` when the file knows more steps, `DamageError` when it is not ours.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version > len(steps):
        raise NewerFileError(f"written by a newer program (shape {version})")
    if (version or tables) and (application_id != APPLICATION_ID or not tables or version < 0):
        raise DamageError("not a file of this program")
    if version < len(steps):
        _apply(connection, steps, version)


def _apply(connection: sqlite3.Connection, steps: Sequence[Migration], version: int) -> None:
    import sqlite_utils  # noqa: PLC0415 - 60 ms, and only a file of an older shape needs it

    database = sqlite_utils.Database(connection)
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            step(database)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
