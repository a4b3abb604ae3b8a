from __future__ import annotations

import asyncio
import gzip
import logging
import socket
from datetime import UTC, datetime

import httpx
import pytest

from doubles.sockets import reply, serving
from portdesk.api import wire
from portdesk.api.codec import MAX_BYTES
from portdesk.api.endpoint import Call, Kind
from portdesk.api.exchange import Answer, Failure
from portdesk.api.wire import HttpWire

pytestmark = pytest.mark.anyio

READ = Call("GET /x", Kind.READ, "GET", "/x", None)
MONEY = Call("POST /x", Kind.MONEY, "POST", "/x", b"{}")


async def exchange(base_url: str, call: Call = READ) -> Answer | Failure:
    sender = HttpWire(base_url)
    try:
        return await sender.exchange(call, {"Accept-Encoding": "gzip"})
    finally:
        await sender.aclose()


async def answered(*pieces: bytes, call: Call = READ) -> Answer | Failure:
    async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    async with serving(handle) as base_url:
        return await exchange(base_url, call)


class TestAnswer:
    async def test_status_body_and_date(self) -> None:
        answer = await answered(reply(b"{}", "Date: Wed, 21 Oct 2026 07:28:00 GMT", status="207 Multi"))

        assert answer == Answer(207, b"{}", date=datetime(2026, 10, 21, 7, 28, tzinfo=UTC))

    @pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Oct 2026 07:28:00 GMT", "x" * 5000])
    async def test_a_strange_date_is_none(self, date: str) -> None:
        assert await answered(reply(b"{}", f"Date: {date}")) == Answer(200, b"{}")

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("7", 7.0),
            ("0", 0.0),
            ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
            ("Wed, 21 Oct 2026 07:27:00 GMT", 0.0),
            ("-1", None),
            ("soon", None),
            ("99999999999", None),
        ],
    )
    async def test_the_wait_in_either_form(self, text: str, seconds: float | None) -> None:
        answer = await answered(
            reply(b"", "Date: Wed, 21 Oct 2026 07:28:00 GMT", f"Retry-After: {text}", status="429 Slow")
        )

        assert isinstance(answer, Answer)
        assert answer.retry_after == seconds

    async def test_a_redirect_is_not_followed(self) -> None:
        answer = await answered(reply(b"", "Location: http://127.0.0.1:1/", status="302 Found"))

        assert answer == Answer(302)

    async def test_a_cookie_is_not_kept(self) -> None:
        requests = []

        async def handle(request: bytes, writer: asyncio.StreamWriter) -> None:
            requests.append(request)
            writer.write(reply(b"{}", "Set-Cookie: id=1", "Connection: close"))

        async with serving(handle) as base_url:
            sender = HttpWire(base_url)
            await sender.exchange(READ, {})
            await sender.exchange(READ, {})
            await sender.aclose()

        assert len(requests) == 2
        assert b"ookie" not in requests[1]


class TestSize:
    async def test_eight_megabytes_arrive(self) -> None:
        answer = await answered(reply(b"x" * MAX_BYTES))

        assert isinstance(answer, Answer)
        assert (len(answer.body), answer.damage) == (MAX_BYTES, None)

    async def test_more_is_left_unread(self) -> None:
        assert await answered(reply(b"x" * (MAX_BYTES + 1))) == Answer(200, damage="length")

    async def test_an_endless_body_is_left_unread(self) -> None:
        async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                await writer.drain()

        async with serving(handle) as base_url:
            assert await exchange(base_url) == Answer(200, damage="length")

    async def test_a_packed_body_is_unpacked(self) -> None:
        assert await answered(reply(gzip.compress(b"{}" * 9999), "Content-Encoding: GZIP")) == Answer(
            200, b"{}" * 9999
        )

    async def test_a_bomb_is_never_unpacked_whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        unpacked = []
        unpack = wire._Gzip.unpack

        def counted(self: wire._Gzip, raw: bytes, limit: int) -> bytes:
            unpacked.append(unpack(self, raw, limit))
            return unpacked[-1]

        monkeypatch.setattr(wire._Gzip, "unpack", counted)
        bomb = gzip.compress(b"0" * (100 * 1024 * 1024))

        assert await answered(reply(bomb, "Content-Encoding: gzip")) == Answer(200, damage="length")
        assert sum(map(len, unpacked)) == MAX_BYTES + 1

    @pytest.mark.parametrize("packed", [b"no gzip", gzip.compress(b"{}" * 999, mtime=0)[:-9], b""])
    async def test_damaged_packing_is_noticed(self, packed: bytes) -> None:
        assert await answered(reply(packed, "Content-Encoding: gzip")) == Answer(200, damage="encoding")

    @pytest.mark.parametrize("name", ["br", "deflate", "gzip, gzip", "zstd"])
    async def test_what_was_not_asked_for_is_not_unpacked(self, name: str) -> None:
        assert await answered(reply(b"x", f"Content-Encoding: {name}")) == Answer(200, damage="encoding")


class TestFailure:
    @pytest.mark.parametrize(
        ("cause", "may_be_sent"),
        [
            (httpx.ConnectError, False),
            (httpx.ConnectTimeout, False),
            (httpx.PoolTimeout, False),
            (httpx.UnsupportedProtocol, False),
            (httpx.ReadTimeout, True),
            (httpx.WriteTimeout, True),
            (httpx.ReadError, True),
            (httpx.WriteError, True),
            (httpx.CloseError, True),
            (httpx.RemoteProtocolError, True),
            (httpx.LocalProtocolError, True),
            (httpx.ProxyError, True),
            (httpx.DecodingError, True),
            (httpx.TooManyRedirects, True),
            (httpx.InvalidURL, True),
            (RuntimeError, True),
            (OSError, True),
            (MemoryError, True),
        ],
    )
    async def test_only_what_comes_before_the_request_is_surely_unsent(
        self, cause: type[Exception], *, may_be_sent: bool
    ) -> None:
        def fail(_: httpx.Request) -> httpx.Response:
            raise cause("")

        failure = await HttpWire("http://127.0.0.1:1", httpx.MockTransport(fail)).exchange(MONEY, {})

        assert failure == Failure(cause.__name__, may_be_sent=may_be_sent)

    async def test_a_refused_connection(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            failure = await exchange(f"http://127.0.0.1:{free.getsockname()[1]}", MONEY)

        assert failure == Failure("ConnectError", may_be_sent=False)

    async def test_closed_without_an_answer(self) -> None:
        assert await answered(call=MONEY) == Failure("RemoteProtocolError")

    async def test_cut_in_the_head(self) -> None:
        assert await answered(b"HTTP/1.1 200 OK\r\nContent-Le") == Failure("RemoteProtocolError")

    async def test_cut_in_the_body(self) -> None:
        assert await answered(reply(b'{"code":0}')[:-3]) == Failure("RemoteProtocolError")

    async def test_no_http_at_all(self) -> None:
        assert await answered(b"SSH-2.0-OpenSSH_9.2\r\n") == Failure("RemoteProtocolError")

    async def test_silence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(wire._TIMEOUTS, Kind.MONEY, {"read": 0.05})

        async def handle(_: bytes, __: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        async with serving(handle) as base_url:
            assert await exchange(base_url, MONEY) == Failure("ReadTimeout")

    async def test_a_body_that_drips_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(wire._DEADLINES, Kind.READ, 0.1)

        async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                writer.write(b" ")
                await asyncio.sleep(0.01)

        async with serving(handle) as base_url:
            assert await exchange(base_url) == Failure("TimeoutError")

    async def test_cancelling_the_caller_is_no_failure(self) -> None:
        asked = asyncio.Event()

        async def handle(_: bytes, __: asyncio.StreamWriter) -> None:
            asked.set()
            await asyncio.Event().wait()

        async with serving(handle) as base_url:
            running = asyncio.gather(exchange(base_url, MONEY))
            await asked.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running


class TestTls:
    async def test_a_failed_handshake_is_told_apart(self) -> None:
        async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 this is no TLS\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            failure = await exchange(f"https://127.0.0.1:{port}", MONEY)

        assert failure == Failure("ConnectError", may_be_sent=False, is_tls=True)


class TestManners:
    def test_patience_depends_on_what_is_asked(self) -> None:
        assert wire._TIMEOUTS[Kind.READ] == {"connect": 10.0, "write": 30.0, "read": 30.0, "pool": 30.0}
        assert wire._TIMEOUTS[Kind.TOKEN]["read"] == 15.0
        for kind in (Kind.MONEY, Kind.WRITE):
            assert wire._TIMEOUTS[kind] == {"connect": 10.0, "write": 20.0, "read": 90.0, "pool": 10.0}
        for kind in Kind:
            assert wire._DEADLINES[kind] >= wire._TIMEOUTS[kind]["read"] + wire._TIMEOUTS[kind]["connect"]

    async def test_nothing_is_taken_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")

        assert await answered(reply(b"{}")) == Answer(200, b"{}")

    async def test_no_address_reaches_a_log(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            await answered(reply(b"{}"), call=Call("GET /x", Kind.READ, "GET", "/x?pg_api_key=canary", None))
            await exchange("http://127.0.0.1:1")

        assert [record for record in caplog.records if record.name.startswith(("http", "stamina"))] == []
