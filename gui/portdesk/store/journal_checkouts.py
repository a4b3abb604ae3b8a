"""Attempts to pay in a window, in the journal: written before the window opens, settled by readings."""

from __future__ import annotations

import sqlite3
from typing import Final

from portdesk.ledger import audit
from portdesk.ledger.checkout import CHECKOUT_MOVES, CHECKOUT_PROGRESS, UNSETTLED, Checkout, CheckoutState
from portdesk.ledger.steps import Committed
from portdesk.store.journal import Journal, Note
from portdesk.store.journal_rows import CHECKOUT_COLUMNS, CHECKOUT_FROZEN, checkout_of, checkout_values

_NAMES: Final = ", ".join(CHECKOUT_COLUMNS)
_INSERT: Final = (
    f"INSERT INTO checkouts ({_NAMES}, frozen, hash) VALUES ({', '.join('?' * (len(CHECKOUT_COLUMNS) + 2))})"  # noqa: S608 - our own names
)
_UPDATE: Final = (
    f"UPDATE checkouts SET {', '.join(f'{name} = ?' for name in CHECKOUT_PROGRESS)}, hash = ?"  # noqa: S608 - our own names
    " WHERE id = ? AND state = ? AND frozen = ?"
)


def open_checkout(journal: Journal, row: Checkout) -> Committed:
    """Write an attempt down; `NO` when its order is taken or a window for the same name stands open."""

    def write(connection: sqlite3.Connection) -> Note:
        frozen, mark = _marks(row)
        values = (*checkout_values(row, CHECKOUT_COLUMNS), frozen, mark)
        connection.execute(_INSERT, values)
        return _note(row, "opened", row.actor, mark)

    return journal.commit(write)


def move_checkout(journal: Journal, row: Checkout, was: CheckoutState, actor: str = "portdesk") -> Committed:
    """
    Write what is known now in the place of the row that stood at `was`.

    Raises `ValueError` for a move the states do not have.
    """
    if row.state not in CHECKOUT_MOVES[was]:
        raise ValueError(f"no move from {was.value} to {row.state.value}")

    def write(connection: sqlite3.Connection) -> Note | None:
        frozen, mark = _marks(row)
        values = (*checkout_values(row, CHECKOUT_PROGRESS), mark, row.id, was.value, frozen)
        if connection.execute(_UPDATE, values).rowcount != 1:
            return None
        return _note(row, row.state.value, actor, mark)

    return journal.commit(write, is_result=True)


def find_checkout(journal: Journal, id_: str) -> Checkout | None:
    """One attempt, or `None`."""
    return next(iter(_rows(journal, "WHERE id = ?", id_)), None)


def unsettled_checkouts(journal: Journal) -> list[Checkout]:
    """Every attempt the server is still to be asked about, oldest first."""
    states = sorted(state.value for state in UNSETTLED)
    return _rows(journal, f"WHERE state IN ({', '.join('?' * len(states))}) ORDER BY rowid", *states)


def latest_checkouts(journal: Journal, most: int = 1000) -> list[Checkout]:
    """The newest attempts, newest first."""
    return _rows(journal, "ORDER BY rowid DESC LIMIT ?", most)


def _rows(journal: Journal, where: str, *values: object) -> list[Checkout]:
    return [checkout_of(row) for row in journal.select(f"SELECT {_NAMES} FROM checkouts {where}", values)]  # noqa: S608 - our own names


def _marks(row: Checkout) -> tuple[str, str]:
    frozen = audit.digest(checkout_values(row, CHECKOUT_FROZEN))
    return frozen, audit.digest([frozen, *checkout_values(row, CHECKOUT_PROGRESS)])


def _note(row: Checkout, event: str, actor: str, mark: str) -> Note:
    detail: dict[str, str | None] = {"state": row.state.value, "ending": row.ending, "note": row.note}
    if event == "opened":
        detail["words"] = row.words
    return Note(
        actor=actor,
        event=f"checkout {event}",
        subject=row.id,
        detail=detail,
        rows={f"checkouts/{row.id}": mark},
    )
