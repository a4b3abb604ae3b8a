"""No error carries a request along: not in words, not in what it refers to."""

from __future__ import annotations

import asyncio
import gc
import traceback
import types
from decimal import Decimal
from typing import Any

import httpx
import pytest

from doubles.portone import PortOne, envelope, ok
from doubles.sockets import serving
from portdesk.api.client import Client
from portdesk.api.endpoint import Call
from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT, CancelPayment, FetchPayment
from portdesk.api.errors import ApiError
from portdesk.domain.ids import ImpUid
from portdesk.domain.shops import Credentials

pytestmark = pytest.mark.anyio

CARD = "4092-0200-1234-5678"
SECRET = "canary-of-the-secret"
KEYS = Credentials(imp_key="canary-of-the-key", imp_secret=SECRET)

ANSWERS = [
    httpx.ReadTimeout("late"),
    httpx.ConnectError("no"),
    httpx.RemoteProtocolError("cut"),
    OSError("odd"),
    httpx.Response(500, content=b"<html>"),
    httpx.Response(200, content=b"{"),
    httpx.Response(200, content=b'{"code":0,"response":{"imp_uid":1}}'),
    envelope(1, "no"),
    envelope(-1, "no", status=401),
]


def refund_of_a_card() -> CancelPayment:
    """A body with something in it that must not be found again."""
    return CancelPayment(
        imp_uid=ImpUid("imp_1"),
        amount=Decimal(1),
        checksum=Decimal(1),
        currency="KRW",
        refund_account="".join(CARD),
    )


async def error_of(client: Client, *, is_money: bool) -> ApiError:
    try:
        if is_money:
            await client.send(CANCEL_PAYMENT, refund_of_a_card())
        else:
            await client.send(FETCH_PAYMENT, FetchPayment(imp_uid=ImpUid(CARD)))
    except ApiError as error:
        return error
    pytest.fail("it was to fail")


def reachable(error: BaseException) -> list[object]:
    """All that hangs on an error, but for the client itself and what code refers to anyway."""
    seen: dict[int, object] = {}
    todo: list[object] = [error]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, _ALWAYS_THERE):
            continue
        seen[id(thing)] = thing
        if isinstance(thing, types.FrameType):
            todo += thing.f_locals.values() if "portdesk" in thing.f_code.co_filename else []
        else:
            todo += gc.get_referents(thing)
    return list(seen.values())


_ALWAYS_THERE = (
    type,
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.CodeType,
    Client,
)


def shows_a_canary(thing: object) -> bool:
    text = thing.decode("latin-1") if isinstance(thing, bytes | bytearray) else thing
    return isinstance(text, str) and any(canary in text for canary in (CARD, SECRET, KEYS.imp_key))


@pytest.mark.parametrize("is_money", [True, False], ids=["money", "read"])
@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
async def test_nothing_of_the_request_hangs_on_the_error(answer: Any, *, is_money: bool) -> None:
    client = PortOne(answer).client(credentials=KEYS)

    error = await error_of(client, is_money=is_money)

    things = reachable(error)
    assert any(thing is error.text for thing in things), "the search must see what hangs on the error"
    assert not [thing for thing in things if shows_a_canary(thing)]
    assert not [thing for thing in things if type(thing).__module__.startswith(("httpx", "httpcore"))]
    assert error.__cause__ is None
    assert error.__context__ is None
    await client.aclose()


async def test_keys_do_not_hang_on_the_error_of_the_token() -> None:
    portone = PortOne(ok({}))
    portone.token_answers = [httpx.ReadTimeout("late")] * 3
    client = portone.client(credentials=KEYS)

    error = await error_of(client, is_money=True)

    assert error.endpoint == "POST /users/getToken"
    assert not [thing for thing in reachable(error) if shows_a_canary(thing)]
    await client.aclose()


async def test_a_traceback_with_all_its_locals_shows_no_canary() -> None:
    client = PortOne(httpx.ReadTimeout("late")).client(credentials=KEYS)

    error = await error_of(client, is_money=True)

    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "client.py" in told
    assert not shows_a_canary(told)
    await client.aclose()


async def test_no_request_outlives_its_call() -> None:
    async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")

    async with serving(handle) as base_url:
        client = Client(base_url, KEYS)
        before = {id(thing): thing for thing in requests_alive()}
        error = await error_of(client, is_money=True)

        assert [thing for thing in requests_alive() if id(thing) not in before] == []
        assert error.endpoint == "POST /payments/cancel"
        await client.aclose()


def requests_alive() -> list[object]:
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, CancelPayment | Call | httpx.Request)]
