"""The tables behind the book of payments, and the statements used at every call."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

VERSION: Final = 2
SCHEMA: Final = """
create table facts (name text primary key, value blob) without rowid;
create table prepared (
    merchant_uid text, tier integer, amount text, currency text, primary key (merchant_uid, tier)
) without rowid;
create table billing_keys (
    customer_uid text, tier integer, body text not null, primary key (customer_uid, tier)
) without rowid;
create table pg_keys (
    id integer primary key,
    customer_uid text not null,
    tier integer not null,
    pg_provider text not null,
    pg_id text not null,
    card_number text,
    made_at integer not null,
    revoked_at integer not null default 0
);
create table due (id integer primary key, at integer, what text);
create table payments (
    id integer primary key,
    imp_uid text not null,
    merchant_uid text not null,
    customer_uid text,
    tier integer not null,
    status integer not null,
    test integer not null,
    started_at integer not null,
    paid_at integer not null,
    changed_at integer not null,
    trouble text,
    body blob not null
);
"""
INDEXES: Final = """
create unique index by_imp_uid on payments (imp_uid);
create index by_merchant_uid on payments (merchant_uid);
create index by_customer_uid on payments (customer_uid) where customer_uid is not null;
create index by_key on pg_keys (customer_uid, tier);
create index by_status_started on payments (tier, status, started_at, changed_at);
create index by_status_changed on payments (tier, status, changed_at, started_at);
create index by_started on payments (tier, started_at, changed_at);
create index by_changed on payments (tier, changed_at, started_at);
create index by_due on due (at);
"""
SAVE: Final = """
insert into payments (
    imp_uid, merchant_uid, customer_uid, tier, status, test, started_at, paid_at, changed_at, trouble, body
) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
CHANGE: Final = """
on conflict (imp_uid) do update set merchant_uid = excluded.merchant_uid,
    customer_uid = excluded.customer_uid, status = excluded.status,
    test = excluded.test, started_at = excluded.started_at, paid_at = excluded.paid_at,
    changed_at = excluded.changed_at, body = excluded.body
"""
FIND: Final = """
select imp_uid, merchant_uid, customer_uid, tier, status, test, started_at, paid_at, changed_at, trouble, body
from payments where imp_uid = ?
"""
COUNT: Final = "select count(*) from payments where tier = ? and status = ? and changed_at between ? and ?"


def connected(path: Path | None) -> sqlite3.Connection:
    """A connection set up for speed; the lock of the state lets threads share it."""
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("pragma cache_size = -65536")
    # The shop is made up: speed counts, not surviving a power cut.
    connection.execute("pragma journal_mode = memory")
    connection.execute("pragma synchronous = off")
    return connection


def is_ours(path: Path) -> bool:
    """Whether a file holds a shop of this version; it is only looked at."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("select value from facts where name = 'version'").fetchone()
        except sqlite3.DatabaseError:
            return False
    return row is not None and row[0] == str(VERSION)
