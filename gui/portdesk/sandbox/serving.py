"""Runs the imitation on uvicorn until it is told to stop; loaded only when a server starts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from portdesk.sandbox.application import Application
from portdesk.sandbox.shop import Shop
from portdesk.sandbox.window.origins import NAMES

Stop = Callable[[], None]


async def serve(shop: Shop, listeners: Mapping[str, socket.socket], on_ready: Callable[[Stop], None]) -> None:
    """
    Answer on the listeners of the REST API and of the window's origins.

    `on_ready` is given what stops it, callable from any thread.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def find(client: tuple[str, int]) -> asyncio.Transport | None:
        for protocol in server.server_state.connections:
            if isinstance(protocol, H11Protocol) and protocol.client == client:
                return protocol.transport
        return None

    names = {listener.getsockname(): name for name, listener in listeners.items()}
    ports = {port: name for (_, port), name in names.items() if name in NAMES}
    host = next(iter(names))[0]
    config = uvicorn.Config(
        Application(shop, find, stopping, ports, host),
        http="h11",
        ws="none",
        lifespan="off",
        loop="none",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, lambda: on_ready(stop_from_anywhere))

    def stop() -> None:
        stopping.set()
        server.should_exit = True

    def stop_from_anywhere() -> None:
        loop.call_soon_threadsafe(stop)

    await server.serve(sockets=list(listeners.values()))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()
