"""A program that is killed in the middle of a refund says so at its next start, at once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.crash_program import KeyringInFile
from portdesk.domain.ids import ShopId
from portdesk.domain.shops import Credentials, Shop
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.store.shops import ShopFile
from portdesk.usecases.shops import fingerprint_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")

ROOT = Path(__file__).resolve().parents[2]
GOAL = 3.0
SHOWN = '"event": "open refunds are shown"'


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=400, seed=5)) as running:
        yield running


@pytest.fixture
def keyring(sandbox: RunningSandbox, tmp_path: Path) -> Path:
    """A key store and a list of shops, as connecting the shop leaves them."""
    path = tmp_path / "keyring.json"
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shop = Shop(
        id=ShopId("0badcafe0001"),
        name="바다꽃집",
        colour="#2563eb",
        keys_are_stored=True,
        fingerprint=fingerprint_of(keys),
    )
    ShopFile(DataFolder(tmp_path / "data").shops_file).save((shop,))
    secrets = Secrets(lambda: KeyringInFile(path))
    asyncio.run(secrets.save(shop.id, keys))
    secrets.close()
    return path


def start(keyring: Path, sandbox: RunningSandbox, *payment: str) -> subprocess.Popen[bytes]:
    """The program, on the data of the earlier starts."""
    places = os.pathsep.join((str(ROOT / "gui"), str(ROOT / "tests")))
    return subprocess.Popen(
        [
            *(
                sys.executable,
                str(ROOT / "tests" / "e2e" / "crash_program.py"),
                str(keyring),
                sandbox.base_url,
            ),
            *(*payment, "--", "--data-dir", str(keyring.with_name("data"))),
        ],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": places},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def seconds_until(log: Path, text: str, *, most: float) -> float:
    """How long from now until `text` stands in the log."""
    began, found, gave_up = time.perf_counter(), threading.Event(), threading.Event()

    def follow() -> None:
        while not gave_up.wait(0.01):
            if log.exists() and text in log.read_text("utf-8"):
                found.set()
                return

    follower = threading.Thread(target=follow)
    follower.start()
    try:
        assert found.wait(most), f"{text!r} did not come"
    finally:
        gave_up.set()
        follower.join()
    return time.perf_counter() - began


def test_what_a_crash_left_open_is_on_the_screen_within_seconds(
    sandbox: RunningSandbox, keyring: Path
) -> None:
    uid = [
        wire["imp_uid"]
        for wire in sandbox.state.payments(status="paid")
        if wire["pay_method"] == "card" and not wire["escrow"] and wire["pg_provider"] == "html5_inicis"
    ][-1]
    log = keyring.with_name("data") / "logs" / "portdesk.log"
    killed = start(keyring, sandbox, uid)
    assert killed.wait(60) == -signal.SIGKILL
    assert SHOWN not in log.read_text("utf-8"), "nothing was open at the first start"
    found = sandbox.state.payment(uid)
    assert found is not None
    assert found["cancel_amount"] == 1000

    again = start(keyring, sandbox)
    try:
        took = seconds_until(log, SHOWN, most=30)
    finally:
        again.terminate()
        again.wait(20)

    assert took <= GOAL, f"open refunds were on the screen after {took:.2f} s"
