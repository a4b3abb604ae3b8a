"""The shop's side of a sandbox under test: a client, and payments made to measure."""

from __future__ import annotations

from itertools import count
from typing import Any

import httpx

from portdesk.sandbox.record import Payment, blank
from portdesk.sandbox.server import RunningSandbox

NOW = 1_795_000_000
"""2026-11-18 20:06:40 in Korea: far from the ends of a month."""

NUMBERS = count(1)


class Shop:
    """Speaks to a sandbox as its shop."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(base_url=sandbox.base_url, trust_env=False)
        self.headers: dict[str, str] = {}

    def sign_in(self) -> dict[str, Any]:
        keys = {"imp_key": self.sandbox.imp_key, "imp_secret": self.sandbox.imp_secret}
        token: dict[str, Any] = self.http.post("/users/getToken", json=keys).json()["response"]
        self.headers["Authorization"] = f"Bearer {token['access_token']}"
        return token

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query, headers=self.headers)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        return self.http.post(path, json=fields, headers=self.headers)

    def cancel(self, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.post("/payments/cancel", **fields).json()
        return answer

    def payment(self, imp_uid: str) -> Payment:
        payment: Payment = self.get(f"/payments/{imp_uid}", include_sandbox="true").json()["response"]
        return payment


def put_payment(running: RunningSandbox, /, *, tier: str | None = None, **fields: Any) -> Payment:
    number = next(NUMBERS)
    now = running.state.clock.now()
    payment = blank() | {
        "imp_uid": f"imp_{number:012}",
        "merchant_uid": f"order-{number}",
        "amount": 10_000,
        "pg_provider": "tosspayments",
        "pg_id": "im_badaflowr",
        "pg_tid": f"tid{number}",
        "status": "paid",
        "started_at": now - 3660,
        "paid_at": now - 3600,
    }
    payment |= fields
    running.state.put(payment, tier=tier)
    return payment
