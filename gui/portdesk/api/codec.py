"""The strict reading of a reply's bytes: only `WireError` ever leaves, naming a place, never a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any, Final, NoReturn

from portdesk.domain.errors import WireError
from portdesk.domain.right_of_way import SCREEN

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 64

Container = dict[str, Any] | list[Any]

_MAX_NUMBER: Final = 40
_LARGEST_POWER: Final = 30
_LARGEST_INT: Final = 2**63 - 1
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every answer is wrapped in. `code` is 0 when, and only when, it is a success."""

    code: int
    message: str | None = field(repr=False)
    response: object = field(repr=False)


def read_envelope(body: bytes) -> Envelope:
    """Raises `WireError` for anything but one JSON object with an integer `code`."""
    wire = read_json(body)
    if not isinstance(wire, dict):
        raise WireError("envelope")
    code, message = wire.get("code"), wire.get("message")
    if type(code) is not int:
        raise WireError("code")
    if message is not None and not isinstance(message, str):
        raise WireError("message")
    return Envelope(code, message, wire.get("response"))


def read_json(body: bytes) -> object:
    """
    Strict JSON with exact numbers: `int` within 64 bits, anything with a point or exponent `Decimal`.

    The standard decoder is used because it calls back for each object: that finds duplicate
    names at little cost, and lets the screen pass while a large page is read.
    """
    if len(body) > MAX_BYTES:
        raise WireError("length")
    wire, place = _parse(body)
    if place:
        raise WireError(place)
    _check_numbers(wire)
    return wire


def _parse(body: bytes) -> tuple[object, str | None]:
    # The errors caught here carry the document, so they end inside this function.
    try:
        text = body.decode("utf-8")
        wire = _DECODER.decode(text)
        if _SURROGATE.search(text):
            _check_texts(wire)
    except WireError as error:
        return None, error.place
    except UnicodeError:
        return None, "text"
    except RecursionError:
        return None, "depth"
    except ValueError:
        return None, "json"
    return wire, None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    SCREEN.give()
    wire = dict(pairs)
    if len(wire) != len(pairs):
        raise WireError("duplicate field")
    return wire


def _number(text: str) -> Decimal:
    if len(text) > _MAX_NUMBER:
        raise WireError("number")
    try:
        value = Decimal(text)
    except DecimalException:
        raise WireError("number") from None
    if value and not -_LARGEST_POWER <= value.adjusted() <= _LARGEST_POWER:
        raise WireError("number")
    return value


def _no_number(_: str) -> NoReturn:
    raise WireError("number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_constant=_no_number, strict=True
)


def _check_numbers(wire: object) -> None:
    for container in _containers(wire):
        for entry in _entries(container):
            if type(entry) is int and not -_LARGEST_INT <= entry <= _LARGEST_INT:
                raise WireError("number")


def _check_texts(wire: object) -> None:
    for container in _containers(wire):
        for entry in (*container, *_entries(container)):
            if isinstance(entry, str):
                entry.encode("utf-8")


def _containers(wire: object) -> Iterator[Container]:
    """Every object and array, level by level, so that no nesting can exhaust the stack."""
    level: list[Container] = [[wire]]
    for _ in range(MAX_DEPTH + 1):
        yield from level
        level = [entry for container in level for entry in _entries(container) if type(entry) in (dict, list)]
        if not level:
            return
    raise WireError("depth")


def _entries(container: Container) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
