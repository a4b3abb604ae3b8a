"""Starts and stops an imitation of the REST API on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from portdesk.sandbox.faults import Faults
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.shop import Shop
from portdesk.sandbox.state import State
from portdesk.sandbox.visits import Visits

HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 30


class RunningSandbox:
    """
    A server with its own thread, loop and shop; stop it, or use it as a context manager.

    `state`, `faults` and `visits` may be used from any thread while it runs.
    """

    def __init__(self, shop: Shop, listener: socket.socket) -> None:
        self._shop = shop
        self._listener = listener
        self._ready = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="portdesk-sandbox", daemon=True)
        port: int = listener.getsockname()[1]
        self.base_url = f"http://{HOST}:{port}"

    @property
    def imp_key(self) -> str:
        """The REST API key."""
        return self._shop.state.keys.imp_key

    @property
    def imp_secret(self) -> str:
        """The REST API secret."""
        return self._shop.state.keys.imp_secret

    @property
    def user_code(self) -> str:
        """What `IMP.init` would be given."""
        return self._shop.state.keys.user_code

    @property
    def state(self) -> State:
        """The shop itself."""
        return self._shop.state

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._shop.faults

    @property
    def visits(self) -> Visits:
        """The requests so far."""
        return self._shop.visits

    def start(self) -> Self:
        """Begin to answer; returns when it does."""
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if self._stop is None:
            self.stop()
            raise RuntimeError("the sandbox did not start") from self._error
        return self

    def stop(self) -> None:
        """End every connection and the thread; does nothing the second time."""
        if self._stop is not None:
            self._stop()
        self._thread.join()
        self._stop = None
        self._listener.close()
        self._shop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        # uvicorn and Starlette take long to load, and most starts of the program need no server.
        from portdesk.sandbox.serving import serve  # noqa: PLC0415 - see above

        try:
            asyncio.run(serve(self._shop, self._listener, self._on_ready))
        except (OSError, RuntimeError) as error:
            self._error = error
        finally:
            self._ready.set()

    def _on_ready(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._ready.set()


def start_sandbox(settings: SandboxSettings | None = None) -> RunningSandbox:
    """
    A running server for a shop made to `settings`.

    The shop is made first, which takes about a minute for a million payments.

    Raises `OSError` when the port is taken and `ValueError` when the database holds another shop.
    """
    settings = settings or SandboxSettings()
    listener = _listener(settings.port)
    try:
        shop = Shop(settings)
    except BaseException:
        listener.close()
        raise
    return RunningSandbox(shop, listener).start()


def _listener(port: int) -> socket.socket:
    # Named TCP: asyncio turns Nagle's delay off only for sockets that say what they are.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # where the option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener
