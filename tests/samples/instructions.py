"""Instructions, readings and changes with sensible defaults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from portdesk.ledger.instruction import Attempt, Entry, Instruction, Observation
from portdesk.ledger.refund import Wish, freeze
from portdesk.ledger.states import State
from portdesk.ledger.steps import Change

NOW = 1_790_000_000
"""18:13 in Korea."""


def entry(number: str | None = "c1", amount: int | None = 1000, **fields: Any) -> Entry:
    return Entry(number=number, mark=fields.pop("mark", f"t-{number}|{amount}|1"), amount=amount, **fields)


def seen(balance: int = 10_000, *entries: Entry, at: int | None = NOW, **fields: Any) -> Observation:
    return Observation(
        subject=fields.pop("subject", "imp_1"), server_time=at, balance=balance, entries=entries, **fields
    )


def wish(amount: int | str = 3000, **fields: Any) -> Wish:
    return Wish(
        **{
            "amount": Decimal(amount),
            "currency": "KRW",
            "reason": "too late",
            "actor": "kim",
            "shop": "f00d",
            "pg": "kcp/card",
        }
        | fields
    )


def planned(op: str = "op-1", shown: Observation | None = None, **fields: Any) -> Instruction:
    return freeze(op, wish(**fields), shown or seen())


def in_state(state: State, row: Instruction | None = None, **progress: Any) -> Instruction:
    return replace(row or planned(), state=state, **({"attempt": 1} | progress))


def insert(row: Instruction) -> Change:
    return Change(row=row, was=None, number=0, event="planned", actor=row.actor)


def claim(row: Instruction) -> Change:
    return Change(
        row=replace(row, state=State.SENDING, attempt=row.attempt + 1),
        was=row.state,
        number=row.attempt,
        event="claimed",
        actor=row.actor,
        attempt=Attempt(
            instruction=row.id,
            number=row.attempt + 1,
            actor=row.actor,
            body_sha256="ab" * 32,
            cause="click",
            server_time=NOW,
        ),
    )


def move(row: Instruction, state: State, **fields: Any) -> Change:
    progress = fields.pop("progress", {})
    return Change(
        row=replace(row, state=state, **progress),
        was=row.state,
        number=row.attempt,
        event="moved",
        actor=row.actor,
        **({"is_result": True} | fields),
    )
