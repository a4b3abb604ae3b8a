"""Lets another process look into the imitation and steer it, with the secret in hand."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portdesk.sandbox.faults import fault_from
from portdesk.sandbox.shop import Shop

SECRET_HEADER: Final = "X-Sandbox-Secret"  # noqa: S105 - the name of a header
ROOT: Final = "/__sandbox__"

Endpoint = Callable[[Request], Awaitable[Response]]
Wish = dict[str, Any]
Answer = Callable[[Shop, Wish], object]


def routes(shop: Shop) -> list[Route]:
    """State, requests, faults and the clock."""
    doors: tuple[tuple[str, str, Answer], ...] = (
        ("GET", "/state", _state),
        ("GET", "/requests", _requests),
        ("GET", "/faults", _faults),
        ("POST", "/faults", _add_fault),
        ("DELETE", "/faults", _clear_faults),
        ("POST", "/clock", _advance),
        ("POST", "/count", _count),
    )
    return [Route(ROOT + path, _guarded(shop, answer), methods=[method]) for method, path, answer in doors]


def _guarded(shop: Shop, answer: Answer) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not secrets.compare_digest(given.encode(), shop.state.keys.imp_secret.encode()):
            return _json({"error": "the secret is missing or wrong"}, 403)
        body = await request.body()
        try:
            wish = json.loads(body) if body else {}
            if not isinstance(wish, dict):
                return _json({"error": "an object is wanted"}, 400)
            return _json(answer(shop, wish))
        except (ValueError, TypeError, KeyError) as error:
            return _json({"error": str(error)}, 400)

    return endpoint


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, {"content-type": "application/json"})


def _state(shop: Shop, _wish: Wish) -> object:
    shop.later.catch_up_now()
    return shop.state.summary() | {"requests": shop.visits.count}


def _requests(shop: Shop, _wish: Wish) -> object:
    return [asdict(visit) for visit in shop.visits.all()]


def _faults(shop: Shop, _wish: Wish) -> object:
    return shop.faults.waiting()


def _add_fault(shop: Shop, wish: Wish) -> object:
    shop.faults.add(fault_from(wish))
    return shop.faults.waiting()


def _clear_faults(shop: Shop, _wish: Wish) -> object:
    shop.faults.clear()
    return shop.faults.waiting()


def _count(shop: Shop, wish: Any) -> object:
    """How many of the account's payments have this text in their order's or buyer's name."""
    return {"payments": shop.state.count_containing(str(wish["contains"]))}


def _advance(shop: Shop, wish: Wish) -> object:
    shop.state.clock.advance(float(wish["seconds"]))
    return {"now": shop.state.clock.now()}
