"""The way to the server: requests at a polite pace, and the truth about whether it answers."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TypeVar

from portdesk.api.client import Client
from portdesk.api.endpoint import Endpoint, Request
from portdesk.api.errors import ApiError, NoReplyError
from portdesk.api.verdict import Reply
from portdesk.domain.events import Bus, ConnectionChanged
from portdesk.sync.pace import Gate

Q = TypeVar("Q", bound=Request)
A = TypeVar("A")

logger = logging.getLogger(__name__)


class Line:
    """Sends what the gate lets through and tells the bus when the connection comes or goes."""

    def __init__(self, client: Client, bus: Bus, gate: Gate) -> None:
        self.gate = gate
        self._client = client
        self._bus = bus
        self._told: tuple[bool, type[ApiError] | None] | None = None

    async def send(self, endpoint: Endpoint[Q, A], request: Q) -> Reply[A]:
        """Carry out one call; raises `ApiError`."""
        async with self.gate.passage():
            try:
                reply = await self._client.send(endpoint, request)
            except NoReplyError as error:
                self._tell(error, is_connected=False)
                raise
            except ApiError as error:
                self._tell(error, is_connected=True)
                raise
        self._tell(None, is_connected=True)
        return reply

    def read_at(self, reply: Reply[A]) -> datetime:
        """The server's time of a reply; ours only where it tells none."""
        return reply.server_time or self._client.server_now() or datetime.now(UTC)

    def server_now(self) -> datetime | None:
        """The server's time, or `None` before its first answer."""
        return self._client.server_now()

    def _tell(self, error: ApiError | None, *, is_connected: bool) -> None:
        state = (is_connected, type(error) if error is not None else None)
        if state != self._told:
            self._told = state
            _log(error)
            self._bus.publish(ConnectionChanged(is_connected=is_connected, error=error))


def _log(error: ApiError | None) -> None:
    if error is None:
        logger.info("the server answers")
        return
    logger.warning(
        "the server does not answer as it should",
        extra={
            "kind": type(error).__name__,
            "operation": error.endpoint,
            "http_status": error.http_status,
            "code": error.code,
            "reason": error.cause or error.place,
        },
    )
