"""
The program with a connected shop on this machine: `crash_program.py KEYRING URL [PAYMENT] -- ARGUMENTS`.

With a PAYMENT it refunds a part of it and is killed once the server has done it and before it knows.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from portdesk.api.endpoints.payments import CancelPayment
from portdesk.app import desk, main
from portdesk.domain.ids import ImpUid
from portdesk.ledger.refund import Wish
from portdesk.ledger.steps import Answer
from portdesk.store.secrets import Secrets
from portdesk.usecases import shops
from portdesk.usecases.refund_wire import RefundWire
from portdesk.usecases.shops import OpenShop


class KeyringInFile:
    """Outlives a process, as a key store does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_password(self, service: str, username: str) -> str | None:
        return self._load().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path.write_text(json.dumps(self._load() | {f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._load()
        del kept[f"{service}/{username}"]
        self._path.write_text(json.dumps(kept))

    def _load(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}


def connect(keyring: Path, url: str) -> None:
    """What is compiled in points to this machine."""
    shops.API_URL = url  # type: ignore[misc]
    desk.Secrets = lambda: Secrets(lambda: KeyringInFile(keyring))  # type: ignore[assignment,misc]


def kill_in_the_middle(payment: ImpUid) -> None:
    """Refund once the shop is open, and die with the answer on its way."""
    send, show = RefundWire.send, desk.Desk._show

    async def send_and_die(self: RefundWire, request: CancelPayment) -> Answer:
        await send(self, request)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    async def refund(opened: OpenShop) -> None:
        await opened.refunds.check_due(0.0)
        shown = await opened.refunds.show(payment)
        wish = Wish(amount=Decimal(1000), currency="KRW", reason="killed", actor="kim")
        await opened.refunds.confirm(opened.refunds.prepare(shown, wish), "kim")

    def show_and_refund(self: Any, opened: OpenShop) -> None:
        show(self, opened)
        self._tasks.start("killed", refund, opened)

    RefundWire.send = send_and_die  # type: ignore[method-assign]
    desk.Desk._show = show_and_refund  # type: ignore[method-assign]


if __name__ == "__main__":
    place = sys.argv.index("--")
    keyring, url, *payment = sys.argv[1:place]
    connect(Path(keyring), url)
    if payment:
        kill_in_the_middle(ImpUid(payment[0]))
    sys.exit(main.start(sys.argv[place + 1 :]))
