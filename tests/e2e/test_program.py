"""The program as a process of its own, against the sandbox as another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

OFFSCREEN = "This plugin does not support "
ENGINE = (
    "Sandboxing disabled by user",
    "QRhiGles2",
    "Failed to create RHI",
    "QVulkanInstance",
    "GBM is not supported",
    "GPUInfo not initialized",
    "/3rdparty/chromium/",
)
"""What QtWebEngine says of a machine without a screen, a graphics card and a message bus."""
"""Qt's, of every dialog on a screen that is none."""

SOURCE = Path(__file__).resolve().parents[2] / "gui"
Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def started() -> Iterator[Started]:
    """`started(module, *arguments, **environment)`: a process that is gone when the test is over."""
    running: list[subprocess.Popen[str]] = []

    def start(module: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(SOURCE)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def server(started: Started) -> dict[str, str]:
    """A sandbox in a process of its own: its address and keys."""
    process = started("portdesk.sandbox", "--port", "0", "--payments", "400", "--seed", "5")
    assert process.stdout is not None
    told: dict[str, str] = json.loads(process.stdout.readline())
    return told


def keys_of(server: dict[str, str]) -> dict[str, str]:
    return {"PORTDESK_IMP_KEY": server["imp_key"], "PORTDESK_IMP_SECRET": server["imp_secret"]}


def wait_for_event(log: Path, event: str, seconds: float = 30) -> None:
    """Follow the log until `event` stands in it."""
    found = threading.Event()
    gave_up = threading.Event()

    def follow() -> None:
        while not gave_up.wait(0.02):
            if log.exists() and f'"event": "{event}"' in log.read_text("utf-8"):
                found.set()
                return

    follower = threading.Thread(target=follow)
    follower.start()
    try:
        assert found.wait(seconds), f"{event!r} did not come"
    finally:
        gave_up.set()
        follower.join()


class TestSelfTest:
    def test_a_broken_list_of_shops_keeps_nobody_from_the_demo_shop(
        self, started: Started, tmp_path: Path
    ) -> None:
        (tmp_path / "shops.json").write_text('[{"id"')
        process = started("portdesk", "--demo", "--self-test", "--data-dir", str(tmp_path))

        told, _ = process.communicate(timeout=90)

        assert process.returncode == 0, told
        assert (tmp_path / "shops.json").read_text() == '[{"id"'

    def test_it_passes_on_the_demo_shop(self, started: Started) -> None:
        process = started("portdesk", "--demo", "--self-test")

        told, complaints = process.communicate(timeout=90)

        assert process.returncode == 0, told + complaints
        assert told.count("ok ") == 11, told
        expected = (OFFSCREEN, *ENGINE)
        assert [line for line in complaints.splitlines() if not any(some in line for some in expected)] == []

    def test_it_passes_on_a_server_elsewhere_on_this_machine(
        self, started: Started, server: dict[str, str]
    ) -> None:
        process = started("portdesk", "--self-test", "--api-url", server["base_url"], **keys_of(server))

        told, complaints = process.communicate(timeout=90)

        assert process.returncode == 0, told + complaints
        assert "take a payment: none. This server has no pay windows." in told

    def test_the_tour_takes_pictures_of_a_payment_from_its_form_to_its_answer(
        self, started: Started, tmp_path: Path
    ) -> None:
        process = started("portdesk", "--demo", "--tour", str(tmp_path))

        told, complaints = process.communicate(timeout=150)

        assert process.returncode == 0, told + complaints
        looks = [f"{language}-{theme}" for language in ("ko", "en") for theme in ("light", "dark")]
        screens = ("take-payment", "pay-window", "pay-result", "register-card")
        taken = {path.stem for path in tmp_path.glob("*.png") if path.stat().st_size}
        assert {f"{screen}-{look}" for screen in screens for look in looks} <= taken

    def test_it_fails_when_the_keys_are_wrong(self, started: Started, server: dict[str, str]) -> None:
        wrong = keys_of(server) | {"PORTDESK_IMP_SECRET": "not-the-secret"}

        process = started("portdesk", "--self-test", "--api-url", server["base_url"], **wrong)

        process.communicate(timeout=90)
        assert process.returncode == 1


class TestSecrets:
    def test_nothing_on_disk_holds_a_key_a_secret_or_a_token(
        self, started: Started, server: dict[str, str], tmp_path: Path
    ) -> None:
        process = started(
            *("portdesk", "--self-test", "--api-url", server["base_url"]),
            *("--data-dir", str(tmp_path), "--log-level", "DEBUG"),
            **keys_of(server),
        )
        told, complaints = process.communicate(timeout=90)
        assert process.returncode == 0, told + complaints

        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert any(path.name == "cache.db" for path in files)
        for path in files:
            content = path.read_bytes()
            assert server["imp_secret"].encode() not in content, path
            assert server["imp_key"].encode() not in content, path
            assert b"Bearer" not in content, path
            assert path.stat().st_mode & 0o077 == 0, path


class TestSecondStart:
    def test_it_wakes_the_first_and_ends(self, started: Started, tmp_path: Path) -> None:
        first = started("portdesk", "--demo", "--data-dir", str(tmp_path))
        log = tmp_path / "logs" / "portdesk.log"
        wait_for_event(log, "a shop is open")

        second = started("portdesk", "--demo", "--data-dir", str(tmp_path))

        second.communicate(timeout=20)
        assert second.returncode == 0
        assert first.poll() is None
        wait_for_event(log, "started again, so the window comes to the front")

    def test_closing_the_first_leaves_the_folder_free(self, started: Started, tmp_path: Path) -> None:
        log = tmp_path / "logs" / "portdesk.log"
        first = started("portdesk", "--demo", "--data-dir", str(tmp_path))
        wait_for_event(log, "a shop is open")

        first.terminate()
        first.communicate(timeout=20)

        wait_for_event(log, "everything is closed")
        again = started("portdesk", "--self-test", "--data-dir", str(tmp_path))
        told, _ = again.communicate(timeout=90)
        assert again.returncode == 0, told
