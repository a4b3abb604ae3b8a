"""Seeded damage: to the bytes of a reply, and to the values in it."""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any

_TOKENS = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"1e-999",
    b"-0.0",
    b"9" * 5000,
    b"0." + b"1" * 5000,
    b"\\ud800",
    b"\\udfff\\ud800",
    b"\\u0000",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"[" * 300,
    b'{"a":' * 80,
    b'"code":0,',
    b'"amount":1,',
    b'"status":"paid",',
    b"null",
    b"true",
    b"<html>",
    b",",
    b":",
    b'"',
    b"}",
    b"]",
    b"\x00",
    b"\r\n",
    b"0x10",
    b"+1",
    b"01",
)

_WHOLE = (
    b"",
    b" ",
    b"null",
    b"0",
    b"[]",
    b"{}",
    b'"code"',
    b"<!doctype html><title>Sign in</title>",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"code":0}',
    b'{"code":false,"response":{}}',
    b'{"code":0.0,"response":{}}',
    b'{"code":"0","response":{}}',
    b'{"code":0,"message":0,"response":{}}',
    b'{"code":0,"code":1,"response":{}}',
    '{"code":0}'.encode("utf-16"),
)


class Raw(str):
    """Text put into a reply as it is, without quotes."""

    __slots__ = ()


_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31,
    2**53 + 1,
    2**63,
    -(2**63),
    10**40,
    253402300800,
    Raw("1e999"),
    Raw("1.0"),
    Raw("0.1e1"),
    Raw("-1e-9"),
    Raw("NaN"),
    Raw("9" * 30),
    Raw('"\\ud800"'),
    Raw('"\\ud83d\\ude00"'),
    Raw('{"id":1,"id":2}'),
    Raw("[" * 70 + "]" * 70),
    "",
    "0",
    "1000",
    "NaN",
    "cancelled",
    "refunded",
    "\u202egnp.exe",
    "<img src=x>",
    "\x1b[31m",
    "x" * 3000,
    "=1+1",
    "홍길동",
    "\U0001f600",
    [],
    {},
    [None],
    [[]],
    {"a": 1},
)


def damaged(rng: Random, body: bytes) -> bytes:
    """`body` with one to four faults in its bytes, or something else altogether."""
    if rng.random() < 0.02:
        return rng.choice(_WHOLE)
    data = bytearray(body)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        length = rng.choice((1, 1, 2, 5, 20, 200))
        match rng.randrange(6):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at:at] = rng.choice(_TOKENS)
            case 4:
                data[at : at + length] = rng.choice(_TOKENS)
            case _:
                del data[at:]
    return bytes(data)


def changed(rng: Random, wire: Any) -> bytes:
    """`wire` as JSON after one to four changes of its structure."""
    places = list(_places(wire))
    doubled = -1
    for _ in range(rng.randint(1, 4)):
        parent, key = rng.choice(places)
        if isinstance(parent, dict):
            match rng.randrange(5):
                case 0:
                    parent.pop(key, None)
                case 1:
                    parent[rng.choice(("new_field", "", "\u0130", "wire", "__class__"))] = parent.pop(
                        key, None
                    )
                case 2:
                    doubled = rng.randrange(8)
                case _:
                    parent[key] = rng.choice(_VALUES)
        elif key < len(parent):
            if rng.random() < 0.3:
                del parent[key]
            else:
                parent[key] = rng.choice(_VALUES)
    return _Writer(doubled).text(wire).encode("utf-8", "surrogatepass")


def _places(wire: Any) -> Any:
    keys = wire if isinstance(wire, dict) else range(len(wire)) if isinstance(wire, list) else ()
    for key in tuple(keys):
        yield wire, key
        yield from _places(wire[key])


class _Writer:
    """Writes JSON that no library would: raw values, and the n-th object with its first name twice."""

    def __init__(self, doubled: int) -> None:
        self._doubled = doubled
        self._objects = 0

    def text(self, wire: Any) -> str:
        if isinstance(wire, Raw):
            return str(wire)
        if isinstance(wire, Decimal):
            return format(wire, "f")
        if isinstance(wire, list):
            return "[" + ",".join(map(self.text, wire)) + "]"
        if not isinstance(wire, dict):
            return json.dumps(wire, ensure_ascii=False)
        index, self._objects = self._objects, self._objects + 1
        entries = [
            f"{json.dumps(name, ensure_ascii=False)}:{self.text(value)}" for name, value in wire.items()
        ]
        if index == self._doubled and entries:
            entries.append(entries[0])
        return "{" + ",".join(entries) + "}"
