"""Carries out faults around the work of one request."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, Final, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from portdesk.sandbox import texts
from portdesk.sandbox.calls import Call, Refusal, Reply, refusal
from portdesk.sandbox.due import LATER_CANCEL
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.shop import Shop

_JSON: Final = "application/json; charset=UTF-8"
_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Guest Wi-Fi</h1></body></html>"
)
_PG_TIMEOUT: Final = "PG사 응답 시간 초과"
_HARD: Final = struct.pack("ii", 1, 0)


class Line(Protocol):
    """Finds the transport a request came over."""

    def __call__(self, client: tuple[str, int]) -> asyncio.Transport | None:
        """The transport of this peer, while it is open."""


class Mishaps:
    """Answers requests, with whatever is to go wrong."""

    def __init__(self, shop: Shop, line: Line, stopping: asyncio.Event) -> None:
        self._shop = shop
        self._line = line
        self._stopping = stopping

    async def answer(
        self, operation: str, request: Request, work: Callable[[], Reply], body: bytes
    ) -> Response:
        """The operation's answer, or what became of it."""
        faults = self._shop.faults.strike(operation)
        if not faults:
            return _sent(work())
        struck = {fault.kind: fault for fault in faults}
        spoiled = await self._before(struck, request, body)
        if spoiled is not None:
            return spoiled
        stale = struck.get(FaultKind.STALE) if request.method == "GET" else None
        with self._shop.state.held(), self._looking_back(stale):
            reply = work()
        return await self._after(struck, request, reply)

    async def _before(
        self, struck: Mapping[FaultKind, Fault], request: Request, body: bytes
    ) -> Response | None:
        if latency := struck.get(FaultKind.LATENCY):
            await self._wait(latency.seconds)
        if FaultKind.EXPIRED_TOKEN in struck:
            self._shop.state.tokens.expire()
        if FaultKind.RESET in struck:
            return self._hang_up(request, hard=True)
        if refused := struck.get(FaultKind.REFUSED_BUT_DONE):
            return self._refuse_but_do(refused, request, body)
        return _instead(struck, after_work=False)

    async def _after(self, struck: Mapping[FaultKind, Fault], request: Request, reply: Reply) -> Response:
        if delayed := struck.get(FaultKind.DELAYED_ANSWER):
            await self._wait(delayed.seconds)
        if FaultKind.LOST_ANSWER in struck:
            return self._hang_up(request, hard=False)
        if FaultKind.CUT_BODY in struck:
            return _Cut(_sent(reply), self._transport(request))
        if FaultKind.GARBAGE in struck:
            return _sent(Reply(200, reply.body[: len(reply.body) * 2 // 3] + b'"\xff{'))
        if wrong := struck.get(FaultKind.WRONG_TYPES):
            return _sent(Reply(reply.status, _with_wrong_type(reply.body, wrong.field, wrong.value)))
        return _instead(struck, after_work=True) or _sent(reply)

    def _looking_back(self, stale: Fault | None) -> AbstractContextManager[None]:
        if stale is None:
            return nullcontext()
        self._shop.later.catch_up_now()
        state = self._shop.state
        before = int(state.clock.now() - stale.seconds) if stale.seconds else None
        return state.book.looking_back(changes=stale.changes, before=before)

    def _refuse_but_do(self, fault: Fault, request: Request, body: bytes) -> Response:
        state = self._shop.state
        asked = Call(
            method=request.method, path={}, body=body, content_type=request.headers.get("content-type", "")
        )
        fields = {name: value for name, value in asked.fields().items() if value is not None}
        what = {"kind": LATER_CANCEL, "fields": fields, "tier": request.headers.get("tier")}
        with state.held():
            state.plan(int(state.clock.now() + fault.seconds), what)
        return _sent(refusal(Refusal(200, -1, texts.CANCEL_FAILED.format(_PG_TIMEOUT))))

    def _hang_up(self, request: Request, *, hard: bool) -> Response:
        return _Silence(self._transport(request), hard=hard)

    def _transport(self, request: Request) -> asyncio.Transport | None:
        client = request.client
        return self._line((client.host, client.port)) if client else None

    async def _wait(self, seconds: float) -> None:
        # A server that is told to stop does not wait for its own slowness.
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


class _Silence(Response):
    """No answer: the connection is closed, or reset."""

    def __init__(self, transport: asyncio.Transport | None, *, hard: bool) -> None:
        super().__init__()
        self._transport = transport
        self._hard = hard

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        if self._transport is None:
            return
        if self._hard:
            self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, _HARD)
        self._transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class _Cut(Response):
    """The full length promised, half of it sent, then nothing more."""

    def __init__(self, whole: Response, transport: asyncio.Transport | None) -> None:
        super().__init__(whole.body, whole.status_code, dict(whole.headers))
        self._transport = transport

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        if self._transport is not None:
            self._transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


def _instead(struck: Mapping[FaultKind, Fault], *, after_work: bool) -> Response | None:
    for kind, make in _INSTEAD.items():
        fault = struck.get(kind)
        if fault is not None and fault.after_work is after_work:
            return make(fault)
    return None


def _too_many(fault: Fault) -> Response:
    wait = {"retry-after": f"{fault.seconds:g}"} if fault.seconds else {}
    return Response(b"{}", 429, {"content-type": _JSON, **wait})


_INSTEAD: Final[Mapping[FaultKind, Callable[[Fault], Response]]] = {
    FaultKind.STATUS: lambda fault: Response(b"{}", fault.status, {"content-type": _JSON}),
    FaultKind.TOO_MANY: _too_many,
    FaultKind.HTML: lambda fault: Response(_PAGE, fault.status, {"content-type": "text/html; charset=utf-8"}),
}


def _sent(reply: Reply) -> Response:
    return Response(reply.body, reply.status, {"content-type": _JSON, **reply.headers})


def _with_wrong_type(body: bytes, field: str, value: object) -> bytes:
    return msgspec.json.encode(_replaced(msgspec.json.decode(body), field, value))


def _replaced(node: Any, field: str, value: object) -> Any:
    if isinstance(node, list):
        return [_replaced(item, field, value) for item in node]
    if isinstance(node, dict):
        return {
            name: value if name == field else _replaced(item, field, value) for name, item in node.items()
        }
    return node
