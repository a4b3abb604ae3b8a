"""Starts and stops an imitation of the REST API on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

from portdesk.sandbox.faults import Faults
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.shop import Shop
from portdesk.sandbox.state import State
from portdesk.sandbox.visits import Visits
from portdesk.sandbox.window.attempts import Attempts

HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 30
_API: Final = "api"
_WINDOWS: Final = ("sdk", "core", "pg")
_SDK_PATH: Final = "/v1/iamport.js"


class RunningSandbox:
    """
    A server with its own thread, loop and shop; stop it, or use it as a context manager.

    `state`, `faults` and `visits` may be used from any thread while it runs.
    """

    def __init__(self, shop: Shop, listeners: Mapping[str, socket.socket]) -> None:
        self._shop = shop
        self._listeners = listeners
        self._ready = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="portdesk-sandbox", daemon=True)
        addresses = {name: f"http://{HOST}:{one.getsockname()[1]}" for name, one in listeners.items()}
        self.base_url = addresses[_API]
        """Of the REST API."""
        self.sdk_url = addresses["sdk"] + _SDK_PATH
        """Of the script that stands in for `iamport.js`."""
        self.core_url = addresses["core"]
        """Base of the frames that the script opens and hears from."""
        self.pg_url = addresses["pg"]
        """Base of the windows a customer types into."""

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

    @property
    def windows(self) -> Attempts:
        """The pay windows: what is to happen in the next, and what became of the last."""
        return self._shop.attempts

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
        for listener in self._listeners.values():
            listener.close()
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
            asyncio.run(serve(self._shop, self._listeners, self._on_ready))
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
    with ExitStack() as opened:
        listeners = {name: opened.enter_context(_listener(0)) for name in _WINDOWS}
        listeners[_API] = opened.enter_context(_listener(settings.port))
        shop = Shop(settings)
        opened.pop_all()
    return RunningSandbox(shop, listeners).start()


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
