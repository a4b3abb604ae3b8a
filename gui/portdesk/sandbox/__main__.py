"""`python -m portdesk.sandbox`: the imitation server alone, until it is told to stop."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from portdesk.sandbox.server import start_sandbox
from portdesk.sandbox.settings import SandboxSettings


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; one JSON line on standard output says that it is ready."""
    wishes = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    settings = SandboxSettings(
        port=wishes.port,
        payments=wishes.payments,
        seed=wishes.seed,
        db=wishes.db,
        trickle_seconds=wishes.trickle,
        gives_cancellation_id=not wishes.no_cancellation_id,
        echoes_reason=not wishes.no_reason_echo,
    )
    try:
        running = start_sandbox(settings)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"portdesk.sandbox: {error}\n")
        return 2
    with running:
        ready = {
            "base_url": running.base_url,
            "imp_key": running.imp_key,
            "imp_secret": running.imp_secret,
            "user_code": running.user_code,
            "sdk_url": running.sdk_url,
        }
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        _wait_for_signal()
    return 0


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _wait_for_signal() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    # In short waits: on Windows a wait without end is deaf to signals.
    while not stopped.wait(0.5):
        pass


def _parser() -> argparse.ArgumentParser:
    standard = SandboxSettings()
    parser = argparse.ArgumentParser(prog="python -m portdesk.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=standard.port, help="0 picks a free one")
    parser.add_argument("--payments", type=int, default=standard.payments)
    parser.add_argument("--seed", type=int, default=standard.seed)
    parser.add_argument("--db", type=Path, help="keep the shop in this file")
    parser.add_argument("--trickle", type=float, metavar="SECONDS", help="something happens about this often")
    parser.add_argument("--no-cancellation-id", action="store_true")
    parser.add_argument("--no-reason-echo", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
