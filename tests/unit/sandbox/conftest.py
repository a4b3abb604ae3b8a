"""A running sandbox with a clock of its own, and a client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portdesk.sandbox.clock import Clock
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from unit.sandbox.shopkeeper import NOW, Shop, put_payment


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture(scope="module")
def sandbox(clock: Clock) -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=120, clock=clock)) as running:
        yield running


@pytest.fixture
def shop(sandbox: RunningSandbox) -> Iterator[Shop]:
    shop = Shop(sandbox)
    shop.sign_in()
    yield shop
    shop.http.close()
    sandbox.faults.clear()


@pytest.fixture
def paid(sandbox: RunningSandbox) -> Callable[..., Payment]:
    """Puts a new payment of 10,000 won by card, paid an hour ago, into the shop."""

    def put(*, tier: str | None = None, **fields: Any) -> Payment:
        return put_payment(sandbox, tier=tier, **fields)

    return put
