"""The description of one REST call, and how its request becomes a path, a query and a body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import quote, urlencode

import msgspec

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message


class Kind(Enum):
    """What a call does to the world, which decides how often and how patiently it may be sent."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"
    TOKEN = "token"  # noqa: S105 - the name of a kind

    @property
    def is_writing(self) -> bool:
        """Whether it changes something, so that it is never sent twice by the program."""
        return self in (Kind.WRITE, Kind.MONEY)


class Place(Enum):
    """Where a field of a request travels. `NOWHERE` is for what only our own checks need."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"
    NOWHERE = "nowhere"


PATH: Final = Place.PATH
QUERY: Final = Place.QUERY
BODY: Final = Place.BODY
NOWHERE: Final = Place.NOWHERE


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a request type: our name, the wire's, where it travels, what it may hold."""

    name: str
    wire_name: str
    place: Place
    type: Any
    is_required: bool


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is sent with a call; every field is marked with its `Place`.

    A value outside its field's type, length or choices is refused here, before anything is sent.
    Neither `repr` nor `str` shows a value.
    """

    def __post_init__(self) -> None:
        for slot in slots_of(type(self)):
            _check(slot, getattr(self, slot.name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class NoRequest(Request, frozen=True, kw_only=True):
    """Nothing is sent along."""


Q = TypeVar("Q", bound=Request)
A = TypeVar("A")


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """A request as it goes out, without token and address."""

    name: str
    kind: Kind
    method: str
    target: str
    body: bytes | None

    def __repr__(self) -> str:
        return f"Call({self.name})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Generic[Q, A]):
    """
    One REST operation: where it is, what it takes, and `decode`, which reads the `response` part.

    `decode` raises `WireError`, and nothing else, when the data does not fit.
    """

    method: str
    path: str
    tag: str
    kind: Kind
    request: type[Q]
    decode: Callable[[object], A] = field(repr=False)

    @property
    def name(self) -> str:
        """The method and the path template, which together are the operation's only unique key."""
        return f"{self.method} {self.path}"

    def call(self, request: Q) -> Call:
        """Raises `InputError` when a value cannot be put on the wire."""
        return Call(
            name=self.name,
            kind=self.kind,
            method=self.method,
            target=_target(self.path, request),
            body=_body(request) if self.method in ("POST", "PUT") else None,
        )


@cache
def slots_of(request: type[Request]) -> tuple[Slot, ...]:
    """The fields of a request type with their places."""
    hints = get_type_hints(request, include_extras=True)
    return tuple(
        Slot(
            name=entry.name,
            wire_name=entry.encode_name,
            place=_place(hints[entry.name]),
            type=hints[entry.name],
            is_required=entry.required,
        )
        for entry in msgspec.structs.fields(request)
    )


def _place(hint: Any) -> Place:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    for mark in marks:
        if isinstance(mark, Place):
            return mark
    raise TypeError("every field of a request says where it travels")


def _check(slot: Slot, value: object) -> None:
    try:
        msgspec.convert(value, slot.type, builtin_types=(Decimal,))
    except msgspec.ValidationError:
        pass
    else:
        return
    raise InputError(Message("This value cannot be sent as {field}.", field=slot.wire_name))


def _values(request: Request, place: Place) -> Iterator[tuple[str, Any]]:
    for slot in slots_of(type(request)):
        value = getattr(request, slot.name)
        if slot.place is place and value is not None:
            yield slot.wire_name, value


def _target(path: str, request: Request) -> str:
    parts = dict(_values(request, Place.PATH))
    pieces = [
        _path_part(piece[1:-1], parts.get(piece[1:-1])) if piece.startswith("{") else piece
        for piece in path.split("/")
    ]
    while pieces[-1] is None:
        pieces.pop()
    target = "/".join(piece or "" for piece in pieces)
    query = [(name, text) for name, value in _values(request, Place.QUERY) for text in _query_texts(value)]
    return f"{target}?{_urlencode(query)}" if query else target


def _path_part(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    if value in ("", ".", ".."):
        raise InputError(Message("This value cannot be sent as {field}.", field=name))
    return _encoded(lambda: quote(value, safe=""), name)


def _query_texts(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [text for entry in value for text in _query_texts(entry)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(value)]


def _urlencode(query: list[tuple[str, str]]) -> str:
    return _encoded(lambda: urlencode(query), "query")


def _body(request: Request) -> bytes:
    return _encoded(lambda: _ENCODER.encode(dict(_values(request, Place.BODY))), "body")


def _encoded(encode: Callable[[], E], name: str) -> E:
    try:
        return encode()
    except UnicodeEncodeError:
        pass  # lone surrogates; raised outside, so that the error does not carry the text along
    raise InputError(Message("This value cannot be sent as {field}.", field=name))


E = TypeVar("E")

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
"""Decimals as exact JSON numbers, by default they would be strings."""
