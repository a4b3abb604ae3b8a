"""Rows of the journal, to and from the nouns of the ledger, each with the hash of its content."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Final

import msgspec

from portdesk.ledger import audit
from portdesk.ledger.checkout import CHECKOUT_PROGRESS, Checkout
from portdesk.ledger.instruction import PROGRESS, Attempt, Instruction, Observation
from portdesk.store.faults import DamageError

FROZEN: Final = tuple(name for name in Instruction.__struct_fields__ if name not in PROGRESS)
COLUMNS: Final = (*FROZEN, *PROGRESS)
COLUMN_LIST: Final = ", ".join(f'"{name}"' for name in COLUMNS)
CHECKOUT_FROZEN: Final = tuple(name for name in Checkout.__struct_fields__ if name not in CHECKOUT_PROGRESS)
CHECKOUT_COLUMNS: Final = (*CHECKOUT_FROZEN, *CHECKOUT_PROGRESS)
ATTEMPT_COLUMNS: Final = (*Attempt.__struct_fields__, "answer", "server_message")

_JSON: Final = msgspec.json.Encoder(order="sorted")


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One request as the journal has it: what was to be sent, and what came back."""

    instruction: str
    number: int
    actor: str
    body_sha256: str
    cause: str
    server_time: int | None = None
    answer: str | None = None
    server_message: str | None = None


def frozen_values(row: Instruction) -> list[Any]:
    """The columns that the confirming click fixes."""
    return [_value(row, name) for name in FROZEN]


def progress_values(row: Instruction) -> list[Any]:
    """The columns that a commit may change."""
    return [_value(row, name) for name in PROGRESS]


def _value(row: Instruction, name: str) -> Any:
    value = getattr(row, name)
    if name == "snapshot":
        return _JSON.encode(value).decode()
    if name in ("state", "kind"):
        return value.value
    return int(value) if isinstance(value, bool) else value


def instruction_of(values: Sequence[Any]) -> Instruction:
    """An instruction from the values of `COLUMNS`."""
    fields = dict(zip(COLUMNS, values, strict=True))
    fields["snapshot"] = msgspec.json.decode(fields["snapshot"])
    for name in ("is_plain", "may_rise", "pays_later", "is_overlapped"):
        fields[name] = bool(fields[name])
    return msgspec.convert(fields, Instruction)


def checkout_values(row: Checkout, names: Sequence[str]) -> list[Any]:
    """These columns of an attempt in a window."""
    values = (getattr(row, name) for name in names)
    return [
        value.value if isinstance(value, Enum) else int(value) if isinstance(value, bool) else value
        for value in values
    ]


def checkout_of(values: Sequence[Any]) -> Checkout:
    """An attempt in a window from the values of `CHECKOUT_COLUMNS`."""
    fields = dict(zip(CHECKOUT_COLUMNS, values, strict=True))
    for name in ("may_try_charge", "is_test_channel"):
        fields[name] = None if fields[name] is None else bool(fields[name])
    return msgspec.convert(fields, Checkout)


def seen_text(seen: Observation) -> str:
    """An observation as it is kept."""
    return _JSON.encode(seen).decode()


def seen_of(text: str) -> Observation:
    """An observation as it was kept."""
    return msgspec.json.decode(text, type=Observation)


def audit_row_of(values: Sequence[Any]) -> audit.Row:
    """
    A row of the chain; raises `msgspec.MsgspecError` or `DamageError` for one that was not written by us.

    Its hash is made of what its texts mean, so they have to be spelt as we spell them.
    """
    height, at, actor, event, subject, detail, rows, mark = values
    row = audit.Row(
        height=height,
        at=at,
        actor=actor,
        event=event,
        subject=subject,
        detail=msgspec.json.decode(detail, type=dict[str, Any]),
        rows=msgspec.json.decode(rows, type=dict[str, str]),
        hash=mark,
    )
    if audit_values(row)[-3:-1] != [detail, rows]:
        raise DamageError
    return row


def audit_values(row: audit.Row) -> list[Any]:
    """The columns of a row of the chain."""
    return [
        row.height,
        row.at,
        row.actor,
        row.event,
        row.subject,
        _JSON.encode(row.detail).decode(),
        _JSON.encode(row.rows).decode(),
        row.hash,
    ]


def chain_of(connection: sqlite3.Connection) -> Iterator[audit.Row]:
    """The audit chain, from its beginning."""
    for values in connection.execute(
        "SELECT height, at, actor, event, subject, detail, rows, hash FROM audit ORDER BY height"
    ):
        yield audit_row_of(values)


def hashes_of(connection: sqlite3.Connection) -> Iterator[tuple[str, str, bool]]:
    """Every row the chain covers: its name, the hash it carries, and whether its content has that hash."""
    for values in connection.execute(f"SELECT {COLUMN_LIST}, frozen, hash FROM instructions"):  # noqa: S608 - our own names
        content, frozen, mark = values[:-2], values[-2], values[-1]
        is_frozen = audit.digest(content[: len(FROZEN)]) == frozen
        is_true = audit.digest([frozen, *content[len(FROZEN) :]]) == mark
        yield f"instructions/{content[0]}", mark, is_frozen and is_true
    names = ", ".join(ATTEMPT_COLUMNS)
    for values in connection.execute(f"SELECT {names}, hash FROM attempts"):  # noqa: S608 - our own names
        yield f"attempts/{values[0]}/{values[1]}", values[-1], audit.digest(values[:-1]) == values[-1]
    for number, *content, mark in connection.execute("SELECT id, instruction, seen, hash FROM observations"):
        yield f"observations/{number}", mark, audit.digest(content) == mark
    yield from _hashes_of_checkouts(connection)
    for *content, mark in connection.execute('SELECT id, "plan", state, hash FROM plans'):
        yield f"plans/{content[0]}", mark, audit.digest(content) == mark


def _hashes_of_checkouts(connection: sqlite3.Connection) -> Iterator[tuple[str, str, bool]]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checkouts'").fetchall():
        return  # an older journal; what its chain covers would still be missed
    names, first = ", ".join(CHECKOUT_COLUMNS), len(CHECKOUT_FROZEN)
    for *content, frozen, mark in connection.execute(f"SELECT {names}, frozen, hash FROM checkouts"):  # noqa: S608 - our own names
        is_frozen = audit.digest(content[:first]) == frozen
        is_true = audit.digest([frozen, *content[first:]]) == mark
        yield f"checkouts/{content[0]}", mark, is_frozen and is_true
