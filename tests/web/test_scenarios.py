"""What a customer and a payment provider can do, played with mouse and keys, and the state it ends in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portdesk.ledger.checkout import CheckoutState
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import Scenario
from screen import eventually
from web.counter import Counter, Window

pytestmark = pytest.mark.anyio
S = CheckoutState


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=50, seed=5, window_delay_seconds=1)) as running:
        yield running


@pytest.fixture
async def counter(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[Counter]:
    counter = await Counter.open(sandbox, tmp_path)
    yield counter
    await counter.close()
    sandbox.windows.scenarios.clear()


Opener = Callable[..., Awaitable[Window]]


@pytest.fixture
def begin(counter: Counter, sandbox: RunningSandbox) -> Opener:
    async def begin(scenario: Scenario | None = None, **fields: Any) -> Window:
        if scenario is not None:
            sandbox.windows.scenarios.choose(scenario)
        return await counter.begin(**fields)

    return begin


async def test_01_a_card_is_typed_and_paid_with(begin: Opener, counter: Counter) -> None:
    window = await begin()
    await window.pay()

    row = await counter.until(window.row, S.PAID)
    assert row.found == 9900
    await eventually(lambda: window.heard)
    assert window.heard[0].imp_uid == row.imp_uid
