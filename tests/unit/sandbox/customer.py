"""The customer's side of a sandbox under test: what a browser would send while a window is paid in."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from portdesk.sandbox.channels import CHANNELS
from portdesk.sandbox.server import RunningSandbox
from portdesk.sandbox.window.table import row_of

CARD = {"card_number": "451842******7894", "card_code": "366", "card_quota": 0}


class Window:
    """One window, from the call to the result, without a browser."""

    def __init__(self, sandbox: RunningSandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http
        self.sid = ""

    def prepare(self, provider: str, *, flavour: str = "v1", mode: str | None = None, **params: Any) -> Any:
        """What `request_pay` asks first; an answer with `refused`, or with where the window is."""
        channel = next(one for one in CHANNELS if one.pg_provider == provider and one.type == "payment")
        asked = {
            "user_code": self.sandbox.user_code,
            "tier": params.pop("tier", None),
            "type": params.pop("type", "payment"),
            "flavour": flavour,
            "channel": channel.key,
            "mode": mode or row_of(provider).mode.value,
            "origin": "https://shop.example/pay",
            "params": {"pay_method": "card", "name": "꽃다발", "amount": 10_000} | params,
        }
        answer = self.http.post(f"{self.sandbox.core_url}/prepare", content=json.dumps(asked)).json()
        self.sid = answer.get("sid", "")
        return answer

    def show(self) -> str:
        """Let the window stand; its page."""
        return self.http.get(f"{self.sandbox.pg_url}/pay/{self.sid}").text

    def press(self, button: str = "pay", **card: Any) -> Any:
        """What the page does when a person has pressed a button."""
        wish = {"button": button} | (card or CARD)
        return self.http.post(f"{self.sandbox.pg_url}/pay/{self.sid}/press", json=wish).json()

    def told(self, answer: Any = None) -> Any:
        """What the shop's page is told when the window has gone back."""
        answer = answer or {"back": f"{self.sandbox.core_url}/attempts/{self.sid}/return"}
        page = self.http.get(answer["back"]).text
        return httpx.Response(200, text=re.findall(r'id="data">(.*?)</script>', page)[0]).json()

    def close(self) -> Any:
        """The person closes the window; what the SDK is then told."""
        return self.http.post(f"{self.sandbox.core_url}/attempts/{self.sid}/closed").json()["result"]

    def pay(self, provider: str, **params: Any) -> Any:
        """The whole way, without a twist."""
        self.prepare(provider, **params)
        self.show()
        return self.told(self.press())["result"]
