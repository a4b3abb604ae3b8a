"""One call to the imitated API, its answer, and the description of an operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from portdesk.sandbox.state import State

_LONGEST_NUMBER: Final = 15
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler is told: the parts of one request, read, and whose shop it is about."""

    method: str
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    content_type: str = ""
    tier: int = 0
    now: int = 0

    def asked(self, name: str) -> str | None:
        """A query parameter; the last one if it is repeated."""
        values = [value for key, value in self.query if key == name]
        return values[-1] if values else None

    def asked_all(self, name: str) -> list[str]:
        """Every value of a repeated query parameter, in order, each once."""
        return list(dict.fromkeys(value for key, value in self.query if key == name))

    def flag(self, name: str) -> bool:
        """A boolean query parameter; false when absent."""
        return (self.asked(name) or "").lower() in ("true", "1")

    def whole(self, name: str, default: int) -> int:
        """A whole-number query parameter; refuses anything else."""
        text = self.asked(name)
        if text is None or not text.strip():
            return default
        if not text.strip().lstrip("-").isdecimal() or len(text) > _LONGEST_NUMBER:
            raise Refusal(400, -1, BAD_PARAMETER)
        return int(text)

    def fields(self) -> Mapping[str, Any]:
        """The body's fields, from JSON or a form, as clients send either."""
        if not self.body.strip():
            return {}
        if self.content_type.partition(";")[0].strip().lower() == _FORM:
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            fields = json.loads(self.body, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Refusal(400, -1, BAD_PARAMETER) from None
        if not isinstance(fields, dict):
            raise Refusal(400, -1, BAD_PARAMETER)
        return fields


BAD_PARAMETER: Final = "잘못된 파라메터입니다."


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


class Refusal(Exception):  # noqa: N818 - the server's word: it refuses, nothing is broken
    """An answer that is not a success: HTTP status, envelope code and the message in Korean."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Reply:
    """HTTP status and the finished body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(response: object, status: int = 200) -> Reply:
    """A success around any JSON value."""
    return answer_text(msgspec.json.encode(response), status)


def answer_text(response: bytes, status: int = 200) -> Reply:
    """A success around JSON that is already written."""
    return Reply(status, b'{"code":0,"message":null,"response":' + response + b"}")


def refusal(refused: Refusal) -> Reply:
    """A refusal in the envelope."""
    envelope = {"code": refused.code, "message": refused.message, "response": None}
    return Reply(refused.status, msgspec.json.encode(envelope))


def number(fields: Mapping[str, Any], name: str) -> Decimal | None:
    """A number of the body, also when written as text; `None` when absent, null or empty."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise Refusal(400, -1, BAD_PARAMETER)
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise Refusal(400, -1, BAD_PARAMETER) from None
    if not exact.is_finite() or exact.adjusted() > _LONGEST_NUMBER:
        raise Refusal(400, -1, BAD_PARAMETER)
    return exact


def text(fields: Mapping[str, Any], name: str) -> str:
    """A text of the body; empty when absent or null."""
    value = str(fields.get(name) or "").strip()
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Refusal(400, -1, BAD_PARAMETER)
    return value


Handler = Callable[[Call, State], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """One REST operation: the published method, path and tag, and what answers it."""

    method: str
    path: str
    tag: str
    handler: Handler
    public: bool = False
    """Needs no token."""

    @property
    def name(self) -> str:
        """How faults and the request log call it."""
        return f"{self.method} {self.path}"


def operation(method: str, path: str, tag: str, *, public: bool = False) -> Callable[[Handler], Operation]:
    """Describe the decorated handler as an operation."""

    def describe(handler: Handler) -> Operation:
        return Operation(method, path, tag, handler, public)

    return describe
