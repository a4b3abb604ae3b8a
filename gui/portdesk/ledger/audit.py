"""The audit chain: canonical rows, each hashed together with the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

GENESIS: Final = "0" * 64
_ENCODER: Final = msgspec.json.Encoder(order="sorted", decimal_format="string")
_GROUPS: Final = 12
_GROUP: Final = 4


class Head(msgspec.Struct, frozen=True):
    """The end of the chain: how many rows it has, and the hash of the last."""

    height: int = 0
    hash: str = GENESIS

    @property
    def spoken(self) -> str:
        """Twelve short groups, to be printed, read out or kept elsewhere."""
        return " ".join(self.hash[n : n + _GROUP] for n in range(0, _GROUPS * _GROUP, _GROUP))


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """
    One thing that happened.

    `rows` names every row that was written with it and the hash of its content, so that the chain
    covers them too.
    """

    height: int
    at: str
    actor: str
    event: str
    subject: str
    detail: Mapping[str, Any]
    rows: Mapping[str, str]
    hash: str = ""


def canonical(value: Any) -> bytes:
    """One spelling for equal values, on every machine and in every version."""
    return _ENCODER.encode(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical spelling."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sealed(row: Row, before: Head) -> Row:
    """`row` as the next one after `before`."""
    numbered = msgspec.structs.replace(row, height=before.height + 1, hash="")
    return msgspec.structs.replace(numbered, hash=_link(before.hash, numbered))


def _link(before: str, row: Row) -> str:
    body = {name: getattr(row, name) for name in row.__struct_fields__ if name != "hash"}
    return hashlib.sha256(before.encode() + b"\n" + canonical(body)).hexdigest()


class ChainBreak(msgspec.Struct, frozen=True):
    """Where the chain stops to be true, and how."""

    height: int
    why: str


def verify(
    rows: Iterable[Row], kept: Head | None = None
) -> tuple[Head, Mapping[str, str], ChainBreak | None]:
    """
    Walk the chain: its head, the latest hash of every row it covers, and the first break.

    `kept` is a head that was noted elsewhere: the chain must reach it and pass through it.
    """
    head = Head()
    covered: dict[str, str] = {}
    for row in rows:
        if row.height != head.height + 1:
            return head, covered, ChainBreak(head.height + 1, "a row is missing")
        if row.hash != _link(head.hash, row):
            return head, covered, ChainBreak(row.height, "a row was changed")
        head = Head(row.height, row.hash)
        covered.update(row.rows)
        if kept is not None and kept.height == head.height and kept.hash != head.hash:
            return head, covered, ChainBreak(row.height, "another history")
    if kept is not None and kept.height > head.height:
        return head, covered, ChainBreak(head.height + 1, "the end is missing")
    return head, covered, None
