"""A server of raw bytes on loopback, for what only a real socket can do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]

TOKEN_BODY = b'{"code":0,"response":{"access_token":"t","now":0,"expired_at":1800}}'


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole HTTP/1.1 reply with its length."""
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """The head and the body of one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


@asynccontextmanager
async def serving(handle: Handler) -> AsyncIterator[str]:
    """
    Give out tokens, and hand every connection's first other request to `handle`; yields the base URL.

    When `handle` returns, the connection is closed.
    """
    conversations: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        conversations.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while (request := await read_request(reader)).startswith(b"POST /users/getToken"):
                writer.write(reply(TOKEN_BODY))
            await handle(request, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations)
