"""Asks the sandbox what is really so, past the API and past our own client."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from decimal import Decimal
from typing import Any, Final

from portdesk.domain.shops import Credentials

_PATIENCE: Final = 20


class Judge:
    """The sandbox's own state, read through its control door."""

    def __init__(self, base_url: str, credentials: Credentials) -> None:
        self._root = base_url.rstrip("/") + "/__sandbox__"
        self._secret = credentials.imp_secret

    async def counts(self) -> dict[str, int]:
        """How many payments there are, by status."""
        counts = (await self._read("/state"))["counts"]
        return {status: int(count) for status, count in counts.items()}

    async def returned(self) -> dict[str, Decimal]:
        """What went back in all, by currency."""
        returned = (await self._read("/state"))["returned"]
        return {currency: Decimal(total) for currency, total in returned.items()}

    async def visits(self, path: str) -> int:
        """How often `path` was asked for."""
        return sum(1 for visit in await self._read("/requests") if visit["path"] == path)

    async def containing(self, text: str) -> int:
        """How many payments have `text` in the name of their order or buyer."""
        return int((await self._read("/count", {"contains": text}))["payments"])

    async def press_pay(self) -> None:
        """Let the next pay window press its button by itself."""
        await self._read("/scenarios", {"press": "pay"})

    async def _read(self, door: str, wish: object = None) -> Any:
        return await asyncio.to_thread(self._fetch, door, None if wish is None else json.dumps(wish).encode())

    def _fetch(self, door: str, wish: bytes | None) -> Any:
        # Loopback only (app/cli.py), and not by our own client, which is what is being judged.
        request = urllib.request.Request(self._root + door, wish, headers={"X-Sandbox-Secret": self._secret})  # noqa: S310 - see above
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - see above
            return json.loads(answer.read(), parse_float=Decimal, parse_int=int)
