"""The three origins of the stand-in: the SDK's, CORE's and the PG's, each behind a port of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from portdesk.sandbox.state import State
from portdesk.sandbox.window import pages
from portdesk.sandbox.window.attempts import Attempts
from portdesk.sandbox.window.desk import Desk
from portdesk.sandbox.window.till import Till

SDK: Final = "sdk"
CORE: Final = "core"
PG: Final = "pg"
NAMES: Final = (SDK, CORE, PG)
SDK_PATH: Final = "/v1/iamport.js"

Line = Callable[[tuple[str, int]], asyncio.Transport | None]


def applications(
    state: State, attempts: Attempts, addresses: Mapping[str, str], line: Line
) -> dict[str, ASGIApp]:
    """What answers on each origin, by name; `addresses` are their base addresses."""
    known = dict(addresses)
    routes = {
        SDK: _sdk_routes(known),
        CORE: Desk(state, attempts, known).routes(),
        PG: Till(state, attempts, known).routes(),
    }
    return {name: _Door(name, Starlette(routes=routes[name]), attempts, line) for name in NAMES}


class _Door:
    """Lets requests in, or hangs up on them while its origin is to be unreachable."""

    def __init__(self, name: str, inside: ASGIApp, attempts: Attempts, line: Line) -> None:
        self._name = name
        self._inside = inside
        self._attempts = attempts
        self._line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._name not in self._attempts.unreachable:
            await self._inside(scope, receive, send)
            return
        transport = self._line(scope["client"])
        if transport is not None:
            transport.abort()


def _sdk_routes(addresses: Mapping[str, str]) -> list[Route]:
    async def newer(_request: Request) -> Response:
        return pages.sdk(addresses, "v1")

    async def older(_request: Request) -> Response:
        return pages.sdk(addresses, "legacy")

    return [Route(SDK_PATH, newer), Route("/js/iamport.payment-{version}.js", older)]
