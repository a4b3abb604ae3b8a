"""The access token: kept in memory, renewed in time, one renewal at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import Final, cast

from portdesk.api.endpoint import Call, Kind
from portdesk.api.endpoints.authenticate import AccessToken
from portdesk.api.errors import ApiError

MARGIN: Final = 30.0
"""A token with less than this many seconds left is not used any more."""

UNAUTHORISED: Final = 401


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the moment of the steady clock at which it ends."""

    text: str = field(repr=False)
    ends_at: float


@dataclass(frozen=True, slots=True)
class Renew:
    """The step of a conversation that needs a fresh token; answered with a `Token`."""


@dataclass(frozen=True, slots=True)
class Send:
    """The step that sends the call under a token; answered with the HTTP status, `None` for no answer."""

    token: Token | None


Step = Renew | Send


class Tokens:
    """
    The shop's current token.

    Callers that arrive while it is being renewed wait for that renewal, and share its failure.
    """

    def __init__(self, fetch: Callable[[], Awaitable[AccessToken]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: Token | None = None
        self._failure: ApiError | None = None
        self._renewals = 0

    def usable(self) -> Token | None:
        """The token, if it has enough life left."""
        token = self._token
        return token if token and self._clock() < token.ends_at - MARGIN else None

    def drop(self, token: Token) -> None:
        """Forget `token`, unless it has been replaced already."""
        if self._token is token:
            self._token = None

    async def renew(self) -> Token:
        """Raises `ApiError` when no token is to be had."""
        renewals = self._renewals
        async with self._lock:
            if token := self.usable():
                return token
            if self._failure and self._renewals != renewals:
                raise self._failure.with_traceback(None)
            return await self._renew()

    async def _renew(self) -> Token:
        asked_at = self._clock()
        self._failure = None
        try:
            granted = await self._fetch()
        except ApiError as error:
            self._failure = error
            raise
        else:
            # Both times are the server's, so a wrong clock here does no harm.
            life = granted.expired_at - granted.now
            token = Token(granted.access_token, asked_at + life)
            self._token = token
            return token
        finally:
            self._renewals += 1


def conversation(call: Call, tokens: Tokens) -> Generator[Step, Token | int | None, None]:
    """
    The steps that carry out `call`, without doing any of them.

    After a 401 a read is repeated once under a new token. Anything that writes is not: its caller
    hears that it was not carried out, and decides.
    """
    if call.kind is Kind.TOKEN:
        yield Send(None)
        return
    for _ in range(2 if call.kind is Kind.READ else 1):
        token = tokens.usable() or cast("Token", (yield Renew()))
        status = yield Send(token)
        if status != UNAUTHORISED:
            return
        tokens.drop(token)
