"""From the decoded `response` part of a reply to the field's nouns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from portdesk.domain.errors import WireError
from portdesk.domain.payments import Payment, payment_from_wire
from portdesk.domain.right_of_way import SCREEN

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """The entries of a list; those that did not fit are only counted."""

    list: tuple[T, ...]
    unreadable: int = 0


def read_payment(wire: object) -> Payment:
    """One payment object."""
    return payment_from_wire(object_at("response", wire))


def read_struct(kind: type[T]) -> Callable[[object], T]:
    """A reader of one flat object."""

    def read(wire: object) -> T:
        fields = {name: value for name, value in object_at("response", wire).items() if value is not None}
        return converted(fields, kind)

    return read


def read_list(read: Callable[[object], T]) -> Callable[[object], Listed[T]]:
    """A reader of a plain array."""

    def read_entries(wire: object) -> Listed[T]:
        if not isinstance(wire, list):
            raise WireError("response")
        return readable(wire, read)

    return read_entries


def readable(wires: list[Any], read: Callable[[object], T]) -> Listed[T]:
    """What `read` can make of each entry; one bad row does not hide its neighbours."""
    entries: list[T] = []
    for wire in SCREEN.giving(wires):
        try:
            entries.append(read(wire))
        except WireError:
            continue
    return Listed(tuple(entries), len(wires) - len(entries))


def object_at(place: str, wire: object) -> Mapping[str, Any]:
    """`wire` itself, if it is an object."""
    if not isinstance(wire, dict):
        raise WireError(place)
    return wire


def number_at(place: str, wire: object) -> Decimal:
    """An exact number; JSON's `true` is none."""
    if type(wire) is int:
        return Decimal(wire)
    if not isinstance(wire, Decimal):
        raise WireError(place)
    return wire


def count_at(place: str, wire: object) -> int:
    """A whole number from 0 up."""
    if type(wire) is not int or wire < 0:
        raise WireError(place)
    return wire


def converted(fields: Mapping[str, Any], kind: type[T]) -> T:
    """`fields` as `kind`; raises `WireError` with the field's name, outside the decoder's own error."""
    try:
        return msgspec.convert(fields, kind, builtin_types=(Decimal, datetime))
    except msgspec.ValidationError as error:
        place = str(error).partition(" - at ")[2].strip("`") or "response"
    raise WireError(place)
