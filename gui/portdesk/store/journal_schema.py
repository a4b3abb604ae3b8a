"""The shape of the journal: what is frozen, what may move, and what can never be taken away."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Final

APPLICATION_ID: Final = 0x50646A6C
"""Marks our journals for SQLite and `file(1)`: "Pdjl"."""

VERSION: Final = 2

_INSTRUCTIONS: Final = """
CREATE TABLE instructions (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    shop TEXT NOT NULL,
    subject TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    reason TEXT NOT NULL,
    code TEXT,
    actor TEXT NOT NULL,
    words TEXT NOT NULL,
    pg TEXT NOT NULL,
    merchant_uid TEXT NOT NULL,
    is_plain INTEGER NOT NULL,
    may_rise INTEGER NOT NULL,
    pays_later INTEGER NOT NULL,
    tax_free INTEGER,
    vat_amount INTEGER,
    approval TEXT NOT NULL,
    batch TEXT,
    "row" INTEGER,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    cancellation TEXT,
    quiet_from INTEGER,
    settled_at INTEGER,
    echoed INTEGER NOT NULL,
    is_overlapped INTEGER NOT NULL,
    note TEXT NOT NULL,
    frozen TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT
"""

_NEVER: Final = "BEGIN SELECT RAISE(ABORT, 'a journal only grows'); END"
_OPEN: Final = "('planned', 'sending', 'unknown', 'refused', 'human')"

_CHECKOUTS: Final = (
    """
    CREATE TABLE checkouts (
        id TEXT PRIMARY KEY NOT NULL,
        shop TEXT NOT NULL,
        purpose TEXT NOT NULL,
        merchant_uid TEXT UNIQUE NOT NULL,
        customer_uid TEXT,
        amount INTEGER NOT NULL,
        charge INTEGER NOT NULL,
        currency TEXT NOT NULL,
        may_try_charge INTEGER NOT NULL,
        pay_method TEXT NOT NULL,
        pg_provider TEXT,
        pg_id TEXT,
        is_test_channel INTEGER,
        actor TEXT NOT NULL,
        words TEXT NOT NULL,
        opened_at INTEGER,
        key_before INTEGER,
        state TEXT NOT NULL,
        ending TEXT NOT NULL,
        imp_uid TEXT,
        gone_at INTEGER,
        settled_at INTEGER,
        found INTEGER,
        note TEXT NOT NULL,
        frozen TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX one_window ON checkouts (customer_uid) WHERE state = 'open'",
    "CREATE INDEX checkouts_by_state ON checkouts (state)",
    f"CREATE TRIGGER checkouts_stay BEFORE DELETE ON checkouts {_NEVER}",
    f"""
    CREATE TRIGGER checkouts_frozen BEFORE UPDATE OF id, shop, purpose, merchant_uid, customer_uid, amount,
    charge, currency, may_try_charge, pay_method, pg_provider, pg_id, is_test_channel, actor, words,
    opened_at, key_before, frozen ON checkouts {_NEVER}
    """,
)
"""Windows to pay in; since version 2."""

_STATEMENTS: Final = (
    _INSTRUCTIONS,
    f"CREATE UNIQUE INDEX one_open ON instructions (kind, subject) WHERE state IN {_OPEN}",
    "CREATE INDEX instructions_by_subject ON instructions (subject)",
    "CREATE INDEX instructions_by_pg ON instructions (pg, echoed)",
    'CREATE INDEX instructions_by_batch ON instructions (batch, "row") WHERE batch IS NOT NULL',
    """
    CREATE TABLE attempts (
        instruction TEXT NOT NULL,
        number INTEGER NOT NULL,
        actor TEXT NOT NULL,
        body_sha256 TEXT NOT NULL,
        cause TEXT NOT NULL,
        server_time INTEGER,
        answer TEXT,
        server_message TEXT,
        hash TEXT NOT NULL,
        PRIMARY KEY (instruction, number)
    ) STRICT
    """,
    """
    CREATE TABLE observations (
        id INTEGER PRIMARY KEY, instruction TEXT NOT NULL, seen TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX observations_by_instruction ON observations (instruction)",
    """
    CREATE TABLE plans (
        id TEXT PRIMARY KEY NOT NULL, "plan" TEXT NOT NULL, state TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE audit (
        height INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        event TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL,
        rows TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE lease (one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL) STRICT",
    *(
        f"CREATE TRIGGER {table}_stay BEFORE DELETE ON {table} {_NEVER}"
        for table in ("instructions", "attempts", "observations", "plans", "audit")
    ),
    *(
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} {_NEVER}"
        for table in ("observations", "audit")
    ),
    f"""
    CREATE TRIGGER instructions_frozen BEFORE UPDATE OF id, kind, shop, subject, amount, currency, snapshot,
    reason, code, actor, words, pg, merchant_uid, is_plain, may_rise, pays_later, tax_free, vat_amount,
    approval, batch, "row", frozen ON instructions {_NEVER}
    """,
    f'CREATE TRIGGER plans_frozen BEFORE UPDATE OF id, "plan" ON plans {_NEVER}',
)


_STEPS: Final = (_STATEMENTS, _CHECKOUTS)
"""What each version added."""

Shape = Sequence[tuple[str, str, str, str | None]]


def shape_of(connection: sqlite3.Connection) -> Shape:
    """Every table, index and trigger of a file, and nothing else may be in it."""
    return connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    ).fetchall()


@cache
def own_shape(version: int = VERSION) -> Shape:
    """The shape of a journal as the program made it at that version; empty for one that never was."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statements in _STEPS[:version]:
            for statement in statements:
                connection.execute(statement)
        return shape_of(connection)


def create(connection: sqlite3.Connection) -> None:
    """Make an empty journal, inside the transaction that is open."""
    for statement in (*_STATEMENTS, *_CHECKOUTS):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the program's journals this one was made or last renewed by."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def renew(connection: sqlite3.Connection) -> None:
    """Bring an older journal to the newest shape, inside the transaction that is open."""
    for statements in _STEPS[version_of(connection) :]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
