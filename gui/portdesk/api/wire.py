"""Bytes out, bytes in; and when that fails, whether anything may have been sent."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import ssl
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, cast

import httpx

from portdesk.api.codec import MAX_BYTES
from portdesk.api.endpoint import Call, Kind
from portdesk.api.exchange import Answer, Failure
from portdesk.api.trust import system_trust
from portdesk.domain.errors import WireError

_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)

_PATIENT: Final = {"connect": 10.0, "write": 20.0, "read": 90.0, "pool": 10.0}
_TIMEOUTS: Final = {
    Kind.READ: {"connect": 10.0, "write": 30.0, "read": 30.0, "pool": 30.0},
    Kind.TOKEN: {"connect": 10.0, "write": 15.0, "read": 15.0, "pool": 15.0},
    Kind.WRITE: _PATIENT,
    Kind.MONEY: _PATIENT,
}
_DEADLINES: Final = {Kind.READ: 120.0, Kind.TOKEN: 30.0, Kind.WRITE: 180.0, Kind.MONEY: 180.0}

_GZIP_WINDOW: Final = 31

for _late in ("anyio.streams.tls", "anyio.to_thread", "anyio._backends._asyncio"):
    # The first connection would import these on the screen's thread, which takes it 60 ms.
    with contextlib.suppress(ImportError):
        importlib.import_module(_late)


class HttpWire:
    """
    The connections to one address.

    An httpx transport without httpx's client around it: no redirects, no cookies, no proxies or
    certificates from the environment, no retries, no log lines with addresses in them.
    """

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        _silence()
        self._base_url = base_url
        self._transport = transport or httpx.AsyncHTTPTransport(
            verify=system_trust() if base_url.startswith("https:") else False,
            trust_env=False,
            http1=True,
            http2=False,
            retries=0,
            limits=httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=5.0),
        )

    async def exchange(self, call: Call, headers: Mapping[str, str]) -> Answer | Failure:
        """Send `call` once. Nothing is raised but the cancellation of the caller."""
        try:
            async with asyncio.timeout(_DEADLINES[call.kind]):
                return await self._exchange(call, headers)
        except Exception as error:  # noqa: BLE001 - anything unlisted leaves the outcome open
            return _failure(error)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _exchange(self, call: Call, headers: Mapping[str, str]) -> Answer:
        request = httpx.Request(
            call.method,
            self._base_url + call.target,
            headers=headers,
            content=call.body,
            extensions={"timeout": _TIMEOUTS[call.kind]},
        )
        response = await self._transport.handle_async_request(request)
        try:
            return await _answer(response)
        finally:
            await response.aclose()


async def _answer(response: httpx.Response) -> Answer:
    date = _date(response.headers.get("Date"))
    body, damage = b"", None
    try:
        body = await _read(response)
    except WireError as error:
        damage = error.place
    return Answer(
        status=response.status_code,
        body=body,
        damage=damage,
        date=date,
        retry_after=_wait(response.headers.get("Retry-After"), date),
    )


async def _read(response: httpx.Response) -> bytes:
    """The body, never holding more than the limit, whatever it unpacks to."""
    unpack = _unpacker(response.headers.get("Content-Encoding", "identity"))
    chunks: list[bytes] = []
    size = 0
    async for raw in cast("httpx.AsyncByteStream", response.stream):
        chunk = unpack.unpack(raw, MAX_BYTES + 1 - size)
        size += len(chunk)
        if size > MAX_BYTES:
            raise WireError("length")
        chunks.append(chunk)
    if not unpack.is_whole:
        raise WireError("encoding")
    return b"".join(chunks)


class _Plain:
    is_whole = True

    def unpack(self, raw: bytes, limit: int) -> bytes:  # noqa: ARG002 - the other one needs the limit
        return raw


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_WINDOW)

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def unpack(self, raw: bytes, limit: int) -> bytes:
        try:
            return self._stream.decompress(raw, limit)
        except zlib.error:
            raise WireError("encoding") from None


def _unpacker(encoding: str) -> _Plain | _Gzip:
    if encoding.strip().lower() in ("identity", ""):
        return _Plain()
    if encoding.strip().lower() == "gzip":
        return _Gzip()
    raise WireError("encoding")


def _failure(error: BaseException) -> Failure:
    return Failure(
        cause=type(error).__name__,
        may_be_sent=not isinstance(error, _NEVER_SENT),
        is_tls=any(isinstance(link, ssl.SSLError) for link in _chain(error)),
    )


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    return links


def _date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text or "")
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _wait(text: str | None, now: datetime | None) -> float | None:
    """Seconds to wait, from either form of `Retry-After`."""
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 7:  # noqa: PLR2004 - eleven days
        return float(text)
    until = _date(text)
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _silence() -> None:
    """These loggers would write addresses, and with them ids and keys."""
    for name in ("httpx", "httpcore", "stamina"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
