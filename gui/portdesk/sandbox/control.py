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
from portdesk.sandbox.window.origins import NAMES
from portdesk.sandbox.window.scenario import scenario_from
from portdesk.sandbox.window.truth import deposit

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
        ("POST", "/scenarios", _choose),
        ("DELETE", "/scenarios", _forget_scenarios),
        ("POST", "/windows", _set_windows),
        ("POST", "/deposit", _deposit),
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


def _choose(shop: Shop, wish: Wish) -> object:
    """A `Scenario` for the next window, with the `merchant_uid` or `customer_uid` it is for."""
    order, customer = wish.pop("merchant_uid", None), wish.pop("customer_uid", None)
    shop.attempts.scenarios.choose(scenario_from(wish), merchant_uid=order, customer_uid=customer)
    return {"chosen": True}


def _forget_scenarios(shop: Shop, _wish: Wish) -> object:
    shop.attempts.scenarios.clear()
    return {"chosen": False}


def _set_windows(shop: Shop, wish: Wish) -> object:
    """`falls_back`: the SDK opens another channel for one it lacks; `unreachable`: of sdk, core, pg."""
    attempts = shop.attempts
    attempts.is_falling_back = bool(wish.get("falls_back", attempts.is_falling_back))
    if "unreachable" in wish:
        attempts.unreachable = set(NAMES) & set(wish["unreachable"])
    return {"falls_back": attempts.is_falling_back, "unreachable": sorted(attempts.unreachable)}


def _deposit(shop: Shop, wish: Wish) -> object:
    with shop.state.held():
        return deposit(shop.state, str(wish["imp_uid"]))


def _advance(shop: Shop, wish: Wish) -> object:
    shop.state.clock.advance(float(wish["seconds"]))
    return {"now": shop.state.clock.now()}
