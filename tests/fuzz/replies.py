"""A seeded campaign against the reading of replies, with a judge that reads them in another way."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from contract import published
from contract.shapes import Samples, fields_of
from fuzz.oddities import changed, damaged
from portdesk.api.endpoint import Endpoint, Kind
from portdesk.api.endpoints import ALL_ENDPOINTS
from portdesk.api.endpoints.payments import PagedPayments
from portdesk.api.errors import ApiError, NotExecutedError, OutcomeUnknownError, RefusedError
from portdesk.api.exchange import Answer
from portdesk.api.reading import Listed
from portdesk.api.verdict import Reply, judge
from portdesk.domain.times import to_unix

_STATUSES = (200,) * 30 + (
    201,
    204,
    207,
    301,
    302,
    304,
    400,
    401,
    403,
    404,
    408,
    409,
    429,
    500,
    501,
    502,
    503,
    600,
)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?')
_ERRORS: tuple[Any, ...] = (
    {"code": 1, "message": "취소할 결제건이 존재하지 않습니다.", "response": None},
    {"code": -1, "message": "존재하지 않는 결제정보입니다.", "response": None},
)


class Campaign:
    """Every case follows from `seed` and its number, so one case can be had again alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._replies = [(endpoint, _wires(endpoint)) for endpoint in ALL_ENDPOINTS]
        self.outcomes: Counter[str] = Counter()

    def run(self, count: int) -> None:
        """Raises `AssertionError` naming seed and case."""
        for number in range(count):
            endpoint, answer = self.case(number)
            outcome = judge(endpoint, answer)
            self.outcomes[type(outcome).__name__] += 1
            fault = fault_of(endpoint, answer, outcome)
            assert fault is None, f"seed {self._seed} case {number}: {fault}: {endpoint.name} {answer!r}"

    def case(self, number: int) -> tuple[Endpoint[Any, Any], Answer]:
        """An endpoint and a reply to it."""
        rng = Random(self._seed * 1_000_003 + number)
        endpoint, wires = rng.choice(self._replies)
        wire, body = rng.choice(wires)
        chance = rng.random()
        if chance < 0.5:
            body = changed(rng, copy.deepcopy(wire))
        elif chance < 0.97:
            body = damaged(rng, body)
        return endpoint, Answer(status=rng.choice(_STATUSES), body=body)


def _wires(endpoint: Endpoint[Any, Any]) -> list[tuple[Any, bytes]]:
    table = published.load()
    definitions = table["definitions"]
    samples = Samples(definitions)
    reply = table["operations"][endpoint.name]["replies"]["200"]
    reply = next(iter(reply.get("fields", {"": reply}).values()))  # of two possible ones the plainer
    shape = definitions[reply["ref"]]["fields"]["response"]
    successes = [
        {"code": 0, "message": None, "response": make(shape)}
        for make in (samples.full, samples.full, samples.full, samples.least)
    ]
    return [(wire, _json(wire)) for wire in (*successes, *_ERRORS)]


def _json(wire: Any) -> bytes:
    return json.dumps(wire, ensure_ascii=False, default=float).encode()


def fault_of(endpoint: Endpoint[Any, Any], answer: Answer, outcome: object) -> str | None:
    """What is wrong about an outcome, judged without the code under test."""
    if isinstance(outcome, Reply):
        return _fault_of_success(answer, outcome)
    if not isinstance(outcome, ApiError):
        return f"{type(outcome).__name__} is no outcome"
    if outcome.cause is not None:
        return f"the program stumbled with {outcome.cause}"
    str(outcome).encode()
    (outcome.server_message or "").encode()
    return _fault_of_verdict(endpoint.kind, answer, outcome)


def _fault_of_verdict(kind: Kind, answer: Answer, outcome: ApiError) -> str | None:
    if not kind.is_writing:
        return "a read claims an open outcome" if isinstance(outcome, OutcomeUnknownError) else None
    if isinstance(outcome, NotExecutedError):
        return None if answer.status == 401 else "claims that nothing was done"
    if isinstance(outcome, RefusedError):
        wire = _parsed(answer.body)
        understood = isinstance(wire, dict) and type(wire.get("code")) is int
        statuses = range(200, 300) if kind is Kind.MONEY else range(200, 500)
        return None if understood and answer.status in statuses else "claims a refusal without proof"
    return None if isinstance(outcome, OutcomeUnknownError) else "closes an open outcome"


def _fault_of_success(answer: Answer, reply: Reply[Any]) -> str | None:
    wire = _parsed(answer.body)
    if not 200 <= answer.status < 300 or reply.is_partial != (answer.status == 207):
        return "success of a failed status"
    if not isinstance(wire, dict) or type(wire.get("code")) is not int or wire["code"] != 0:
        return "success without code 0"
    return _looseness(answer.body) or difference(wire.get("response"), reply.value)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _looseness(body: bytes) -> str | None:
    """What a strict reader would not have let pass, by counting instead of by hooks."""
    text = body.decode()
    names = sum(1 for token in _TOKEN.findall(text) if token.endswith(":"))
    kept, depth, largest = _measure(json.loads(text, parse_float=Decimal))
    if names != kept:
        return "a doubled field passed"
    if depth > 64 or largest >= 2**63:
        return "something too deep or too large passed"
    return "no number passed" if "NaN" in _TOKEN.sub("", text) or "Infinity" in _TOKEN.sub("", text) else None


def _measure(wire: Any) -> tuple[int, int, int]:
    """How many names, how deep, and the largest whole number."""
    if not isinstance(wire, dict | list):
        return 0, 0, abs(wire) if type(wire) is int else 0
    parts = [_measure(entry) for entry in (wire.values() if isinstance(wire, dict) else wire)]
    names = len(wire) if isinstance(wire, dict) else 0
    return (
        names + sum(part[0] for part in parts),
        1 + max((part[1] for part in parts), default=0),
        max((part[2] for part in parts), default=0),
    )


def difference(wire: Any, value: Any) -> str | None:
    """Where a value says something else than the wire; `None` when it is the same throughout."""
    if isinstance(value, PagedPayments | Listed):
        rows = wire if isinstance(value, Listed) else wire.get("list") or []
        if len(value.list) + value.unreadable != len(rows):
            return "rows were lost"
        known = [row for row in value.list if any(difference(entry, row) is None for entry in rows)]
        return None if len(known) == len(value.list) else "a row is not from the wire"
    if hasattr(type(value), "__struct_fields__") or hasattr(type(value), "__dataclass_fields__"):
        return _difference_of_fields(wire, value)
    if isinstance(value, tuple):
        return next(filter(None, map(difference, wire or [], value)), None)
    return None if _is_same(wire, value) else "a value changed"


def _difference_of_fields(wire: Any, value: Any) -> str | None:
    for name, wire_name, _, _ in _fields(type(value)):
        if name != "wire" and difference(wire.get(wire_name), getattr(value, name)):
            return f"{name} is not what the wire says"
    kept = getattr(value, "wire", None)
    return "a field was lost" if kept is not None and dict(kept) != wire else None


_FIELDS: dict[type, list[Any]] = {}


def _fields(kind: type) -> list[Any]:
    if kind not in _FIELDS:
        _FIELDS[kind] = list(fields_of(kind))
    return _FIELDS[kind]


def _is_same(wire: Any, value: Any) -> bool:
    if value is None:
        return wire is None or (type(wire) is int and wire == 0)
    if isinstance(value, datetime):
        return type(wire) is int and to_unix(value) == wire
    if isinstance(value, Decimal):
        return type(wire) in (int, Decimal) and value == wire
    if isinstance(value, str):
        value.encode()
    return type(value) is type(wire) and value == wire
