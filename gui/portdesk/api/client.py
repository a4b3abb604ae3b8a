"""The only functions that send."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

import stamina

from portdesk import __version__
from portdesk.api.address import check_base_url
from portdesk.api.auth import Renew, Step, Token, Tokens, conversation
from portdesk.api.clock import steady_seconds
from portdesk.api.endpoint import Call, Endpoint, Request
from portdesk.api.endpoints.authenticate import GET_TOKEN, AccessToken, GetToken
from portdesk.api.errors import (
    ApiError,
    NoReplyError,
    ServerFaultError,
    TlsError,
    TooManyRequestsError,
)
from portdesk.api.exchange import Answer, Failure, Wire
from portdesk.api.verdict import Reply, judge, judge_failure
from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.domain.right_of_way import stand_back
from portdesk.domain.shops import Credentials

Q = TypeVar("Q", bound=Request)
A = TypeVar("A")

_LARGE: Final = 16 * 1024
"""Bytes above which a reply is read in the worker thread, away from the screen's."""

_OFFLINE: Final = Message("Nothing was sent: this window works offline.")
_WHY_OFFLINE: Final = Message("It was started with --offline, or beside another window of Portdesk.")
_TIER_CODE: Final = re.compile(r"[A-Z0-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often reads and the token are asked for again, and how long we wait between, in seconds."""

    attempts: int = 3
    first_wait: float = 0.5
    longest_wait: float = 5.0
    jitter: float = 0.5
    longest_obeyed: float = 20.0
    """A longer `Retry-After` is handed to the caller instead of being waited for."""

    def wait(self, call: Call, error: Exception) -> bool | float:
        """Whether to send `call` again after `error`, or the seconds to wait before that."""
        if not isinstance(error, ApiError) or error.endpoint != call.name or isinstance(error, TlsError):
            return False
        if isinstance(error, TooManyRequestsError) and error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.longest_obeyed else False
        return isinstance(error, NoReplyError | ServerFaultError | TooManyRequestsError)


class Client:
    """
    One shop's way to PortOne.

    Cheap to make: TLS and the HTTP library are loaded in a thread by the first call.
    `transport` stands in for the network in tests. An `offline` client sends nothing and says so.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        transport: Any = None,
        clock: Callable[[], float] = steady_seconds,
        patience: Patience | None = None,
        offline: bool = False,
    ) -> None:
        self._base_url = check_base_url(base_url)
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._patience = patience or Patience()
        self._headers = _headers(credentials.tier_code)
        self._tokens = Tokens(self._fetch_token, clock)
        self._opening = asyncio.Lock()
        self._wire: Wire | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="api", initializer=stand_back)
        self._is_closed = False
        self._is_offline = offline
        self._heard: tuple[datetime, float] | None = None

    async def send(self, endpoint: Endpoint[Q, A], request: Q) -> Reply[A]:
        """
        Carry out one call.

        Reads are repeated a few times when that can help. Whatever writes is sent once; when it is
        not known what became of it, `OutcomeUnknownError` is raised. Raises `ApiError`, or
        `InputError` when the request cannot be put on the wire; neither carries the request along.
        """
        call = endpoint.call(request)
        del request
        if self._is_offline:
            raise NoReplyError(call.name, text=_OFFLINE, advice=_WHY_OFFLINE)
        outcome = await self._carry_out(endpoint, call)
        del call
        if isinstance(outcome, ApiError):
            raise outcome
        return outcome

    def server_now(self) -> datetime | None:
        """The server's time, carried on by the steady clock; `None` before its first answer."""
        if self._heard is None:
            return None
        time, heard_at = self._heard
        return time + timedelta(seconds=self._clock() - heard_at)

    async def aclose(self) -> None:
        """Close the connections and the worker; a later call fails without being sent."""
        self._is_closed = True
        self._worker.shutdown(cancel_futures=True)
        if self._wire is not None:
            await self._wire.aclose()

    async def _carry_out(self, endpoint: Endpoint[Q, A], call: Call) -> Reply[A] | ApiError:
        if call.kind.is_writing:
            return await self._converse(endpoint, call)
        patience = self._patience
        attempts = stamina.retry_context(
            on=lambda error: patience.wait(call, error),
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
            wait_jitter=patience.jitter,
        )
        outcome: Reply[A] | ApiError | None = None
        try:
            async for attempt in attempts:
                with attempt:
                    outcome = await self._converse(endpoint, call)
                    if isinstance(outcome, ApiError):
                        raise outcome
        except ApiError as error:
            # Without the traceback, whose frames hold the request.
            outcome = error.with_traceback(None)
        return cast("Reply[A] | ApiError", outcome)

    async def _converse(self, endpoint: Endpoint[Q, A], call: Call) -> Reply[A] | ApiError:
        steps = conversation(call, self._tokens)
        given: Token | int | None = None
        outcome: Answer | Failure = Failure("Unsent", may_be_sent=False)
        while step := _advance(steps, given):
            if isinstance(step, Renew):
                try:
                    given = await self._tokens.renew()
                except ApiError as error:
                    return error.with_traceback(None)
            else:
                outcome = await self._exchange(call, step.token)
                given = outcome.status if isinstance(outcome, Answer) else None
        return await self._judge(endpoint, outcome)

    async def _exchange(self, call: Call, token: Token | None) -> Answer | Failure:
        if self._is_closed:
            return Failure("Closed", may_be_sent=False)
        headers = dict(self._headers)
        if token:
            headers["Authorization"] = f"Bearer {token.text}"
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        wire = await self._opened()
        return await wire.exchange(call, headers)

    async def _judge(self, endpoint: Endpoint[Q, A], outcome: Answer | Failure) -> Reply[A] | ApiError:
        if isinstance(outcome, Failure):
            return judge_failure(endpoint.name, endpoint.kind, outcome)
        if outcome.date:
            self._heard = (outcome.date, self._clock())
        if len(outcome.body) < _LARGE or self._is_closed:
            return judge(endpoint, outcome)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, judge, endpoint, outcome)

    async def _fetch_token(self) -> AccessToken:
        keys = GetToken(imp_key=self._credentials.imp_key, imp_secret=self._credentials.imp_secret)
        return (await self.send(GET_TOKEN, keys)).value

    async def _opened(self) -> Wire:
        async with self._opening:
            if self._wire is None:
                self._wire = await asyncio.to_thread(_open_wire, self._base_url, self._transport)
            return self._wire


def _open_wire(base_url: str, transport: Any) -> Wire:
    # httpx does without its command line, which would read 2 MB of modules.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # how a missing module is told
    from portdesk.api.wire import HttpWire  # noqa: PLC0415 - takes its time, so a thread imports it

    return HttpWire(base_url, transport)


def _advance(steps: Generator[Step, Token | int | None, None], given: Token | int | None) -> Step | None:
    try:
        return steps.send(given)
    except StopIteration:
        return None


def _headers(tier_code: str | None) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": f"portdesk/{__version__}",
    }
    if tier_code:
        if not _TIER_CODE.fullmatch(tier_code):
            raise InputError(Message("A tier code is three characters, A to Z or 0 to 9."))
        headers["Tier"] = tier_code
    return headers
