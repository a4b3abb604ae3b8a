"""The imitation as a web application: tokens, tiers, faults, and the operations behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Final
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from portdesk.sandbox import control, texts
from portdesk.sandbox.calls import Call, Operation, Refusal, Reply, refusal
from portdesk.sandbox.channels import tier_number
from portdesk.sandbox.mishaps import Line, Mishaps
from portdesk.sandbox.routes import OPERATIONS, paths
from portdesk.sandbox.shop import Shop
from portdesk.sandbox.window.origins import applications

_OPERATION: Final = "portdesk.operation"
_TIER_LENGTH: Final = 3
_JSON: Final = "application/json; charset=UTF-8"

Endpoint = Callable[[Request], Awaitable[Response]]


class Application:
    """
    Answers requests; every request ends up in the shop's visits.

    `ports` are those of the window's origins, with their names; every other port is the REST API's.
    """

    def __init__(
        self, shop: Shop, line: Line, stopping: asyncio.Event, ports: Mapping[int, str], host: str
    ) -> None:
        self._shop = shop
        self._mishaps = Mishaps(shop, line, stopping)
        routes = [
            Route(path, self._endpoint(operation), methods=[operation.method])
            for operation in OPERATIONS
            for path in paths(operation)
        ]
        self._routed = Starlette(
            routes=[*routes, *control.routes(shop)],
            exception_handlers={HTTPException: self._refuse_strangers},
        )
        self._routed.router.redirect_slashes = False
        addresses = {name: f"http://{host}:{port}" for port, name in ports.items()}
        windows = applications(shop.state, shop.attempts, addresses, line)
        self._doors = {port: windows[name] for port, name in ports.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, from its first line to the note of how it ended."""
        # Percent-encoded slashes belong to ids: the raw path is what is routed.
        scope = {**scope, "path": scope["raw_path"].decode("latin-1")}
        status: int | None = None

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                date = formatdate(self._shop.state.clock.now(), usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", date)]
            await send(message)

        try:
            await self._doors.get(scope["server"][1], self._routed)(scope, receive, note)
        finally:
            operation: Operation | None = scope.get(_OPERATION)
            self._shop.visits.add(
                at=self._shop.state.clock.time(),
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("ascii", "replace"),
                operation=operation.name if operation else None,
                status=status,
            )

    def _endpoint(self, operation: Operation) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            request.scope[_OPERATION] = operation
            body = await request.body()
            return await self._mishaps.answer(
                operation.name, request, lambda: self._work(operation, request, body), body
            )

        return endpoint

    def _work(self, operation: Operation, request: Request, body: bytes) -> Reply:
        state = self._shop.state
        with state.held():
            now = state.clock.now()
            self._shop.later.catch_up(now)
            try:
                if not operation.public:
                    self._check_token(request, now)
                return operation.handler(_call(request, body, now), state)
            except Refusal as refused:
                return refusal(refused)

    def _check_token(self, request: Request, now: int) -> None:
        if not self._shop.state.tokens.accepts(request.headers.get("authorization", ""), now):
            raise Refusal(401, -1, texts.UNAUTHORIZED)

    async def _refuse_strangers(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        message = texts.NOT_ALLOWED if status == 405 else texts.NOT_FOUND  # noqa: PLR2004 - HTTP
        return response_of(refusal(Refusal(status, -1, message)))


def response_of(reply: Reply) -> Response:
    """A reply as Starlette sends it."""
    return Response(reply.body, reply.status, {"content-type": _JSON, **reply.headers})


def _call(request: Request, body: bytes, now: int) -> Call:
    return Call(
        method=request.method,
        path={name: unquote(value) for name, value in request.path_params.items()},
        query=parse_qsl(request.scope["query_string"].decode("ascii", "replace"), keep_blank_values=True),
        body=body,
        content_type=request.headers.get("content-type", ""),
        tier=_tier(request.headers.get("tier")),
        now=now,
    )


def _tier(code: str | None) -> int:
    if code is None:
        return 0
    if len(code) != _TIER_LENGTH or not (code.isascii() and code.isalnum() and code == code.upper()):
        raise Refusal(400, -1, texts.BAD_TIER)
    return tier_number(code)
