"""PortOne as a function: it issues tokens and otherwise answers what the test has laid out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from portdesk.api.client import Client, Patience
from portdesk.domain.shops import Credentials

BASE_URL = "http://127.0.0.1:1"
KEYS = Credentials(imp_key="key-of-the-shop", imp_secret="secret-of-the-shop")
AT_ONCE = Patience(first_wait=0.0, longest_wait=0.0, jitter=0.0)

Answer = httpx.Response | Exception | Callable[[httpx.Request], Any]


class Clock:
    """A steady clock that moves only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class PortOne:
    """
    `answers` are given in order, the last one again and again. `requests` are those other than
    for a token, `token_requests` those. Each token is a new one and lives `life` seconds.
    """

    def __init__(self, *answers: Answer, life: int = 1800) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.token_requests: list[httpx.Request] = []
        self.token_answers: list[Answer] = []
        self.life = life

    @property
    def tokens(self) -> list[str]:
        """The token each request came with."""
        return [request.headers["Authorization"].removeprefix("Bearer ") for request in self.requests]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/users/getToken":
            self.token_requests.append(request)
            if self.token_answers:
                return await _given(self.token_answers.pop(0), request)
            return self._token()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await _given(answer, request)

    def client(self, **options: Any) -> Client:
        return Client(
            BASE_URL,
            options.pop("credentials", KEYS),
            transport=httpx.MockTransport(self),
            **({"patience": AT_ONCE} | options),
        )

    def _token(self) -> httpx.Response:
        text = f"token-{len(self.token_requests)}"
        return ok({"access_token": text, "now": 5_000_000, "expired_at": 5_000_000 + self.life})


def ok(response: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A success around `response`."""
    return envelope(0, None, response, status=status, **headers)


def envelope(
    code: int, message: str | None, response: Any = None, *, status: int = 200, **headers: str
) -> httpx.Response:
    """Any enveloped answer."""
    wire = {"code": code, "message": message, "response": response}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=json.dumps(wire, ensure_ascii=False).encode(), headers=named)


async def _given(answer: Answer, request: httpx.Request) -> httpx.Response:
    if isinstance(answer, Exception):
        raise type(answer)(*answer.args)  # a new one, so that no traceback is kept here
    if isinstance(answer, httpx.Response):
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    given = answer(request)
    return given if isinstance(given, httpx.Response) else await given
