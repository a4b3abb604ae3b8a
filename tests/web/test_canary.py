"""A card number typed into the provider's page is nowhere afterwards: not on the disk, not with us."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portdesk.ledger.checkout import CheckoutState
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from screen import eventually
from web.counter import CARD, Counter

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    settings = SandboxSettings(payments=5, db=tmp_path_factory.mktemp("sandbox") / "shop.db")
    with start_sandbox(settings) as running:
        yield running


async def test_a_card_number_leaves_no_trace(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "home"
    for name, folder in (("HOME", home), ("XDG_CACHE_HOME", home / "cache"), ("TMPDIR", home / "tmp")):
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder))
    caplog.set_level(logging.DEBUG)
    counter = await Counter.open(sandbox, tmp_path)

    window = await counter.begin(customer_uid="canary", amount=0)
    await window.pay()
    row = await counter.until(window.row, CheckoutState.ISSUED)
    await eventually(lambda: window.heard)
    traces = [*traces_in(caplog.text, "log"), *traces_in_memory([counter, window, row, window.heard])]
    await counter.close()

    (key,) = sandbox.state.billing_keys.at_pg("canary")
    assert CARD[0] in str(key)  # what is looked for was really typed
    traces += [
        trace
        for folder in (tmp_path, Path(sandbox.state.settings.db or "").parent)
        for file in folder.rglob("*")
        if file.is_file()
        for trace in traces_in(file.read_bytes().decode("latin-1"), file.name)
    ]
    assert traces == []


def test_a_trace_would_be_seen() -> None:
    class Careless:
        def __init__(self, number: str) -> None:
            self.kept = {"answer": [number]}

    careless = Careless("-".join(CARD))

    assert traces_in_memory([careless])
    assert list(traces_in(f"typed {''.join(CARD)}", "log")) == ["log"]


def traces_in(text: str, where: str) -> Iterator[str]:
    """`where`, if the number stands in it in any of the ways people write it."""
    if any(mark.join(CARD) in text for mark in ("", "-", " ", "|", "%20", "+")):
        yield where


def traces_in_memory(of: Iterable[object]) -> list[str]:
    """Every text with the number in it that is held by Portdesk's own objects, or by one of `of`."""
    ours = [one for one in gc.get_objects() if type(one).__module__.startswith("portdesk")]
    return [
        trace
        for holder in (*ours, *of)
        for text in texts_of(holder)
        for trace in traces_in(text, type(holder).__name__)
    ]


def texts_of(thing: Any, depth: int = 4) -> Iterator[str]:
    """The texts an object holds, some levels deep."""
    match thing:
        case str():
            yield thing
        case bytes() | bytearray():
            yield bytes(thing).decode("latin-1")
        case _ if depth:
            for inner in gc.get_referents(thing):
                if not isinstance(inner, type) and not callable(inner):
                    yield from texts_of(inner, depth - 1)
