"""Runs the test tiers one after the other, each within its time, and says how long each took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "tests"


@dataclass(frozen=True)
class Tier:
    """Some folders of tests and the seconds they may take on two cores."""

    name: str
    budget: int
    paths: tuple[str, ...]
    workers: int = 0

    @property
    def command(self) -> list[str]:
        spread = ["-n", str(self.workers), "--dist", "worksteal"] if self.workers else []
        report = f"--junit-xml={REPORTS / self.name}.xml"
        return [sys.executable, "-m", "pytest", "--quiet", "--durations=3", report, *spread, *self.paths]


# Fifteen minutes in all.
CHECK_BUDGET = 40
TIERS = (
    Tier(
        "unit",
        170,
        ("tests/unit", *(str(file.relative_to(ROOT)) for file in ROOT.glob("tests/test_*.py"))),
        2,
    ),
    Tier("contract", 30, ("tests/contract",)),
    Tier("integration", 100, ("tests/integration",), 2),
    Tier("sim", 210, ("tests/sim",), 2),
    Tier("web", 150, ("tests/web",), 2),
    Tier("e2e", 200, ("tests/e2e",)),
)


def run(name: str, command: list[str], budget: int) -> tuple[str, float]:
    print(f"\n##### {name}: at most {budget} s", flush=True)
    start = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True) as started:
        try:
            verdict = "FAILED" if started.wait(budget) else "ok"
        except subprocess.TimeoutExpired:
            verdict = "OUT OF TIME"
        finally:
            with suppress(ProcessLookupError):  # what it started dies with it, on Ctrl+C too
                os.killpg(started.pid, signal.SIGKILL)
    return verdict, time.monotonic() - start


def counted() -> Counter[str]:
    """What the reports of all tiers say, in pytest's words."""
    total = Counter(passed=0, failed=0, skipped=0)
    for report in REPORTS.glob("*.xml"):
        for suite in ET.parse(report).iter("testsuite"):
            number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
            failed = number["failures"] + number["errors"]
            total.update(
                failed=failed, skipped=number["skipped"], passed=number["tests"] - failed - number["skipped"]
            )
    return total


def main() -> int:
    wanted = set(sys.argv[1:])
    REPORTS.mkdir(parents=True, exist_ok=True)
    for report in REPORTS.glob("*.xml"):
        report.unlink()

    results: dict[str, tuple[str, float]] = {}
    if not wanted or "check" in wanted:
        make = [os.environ.get("MAKE", "make"), "--no-print-directory", "check"]
        results["check"] = run("check", make, CHECK_BUDGET)
    for tier in TIERS:
        if (not wanted or tier.name in wanted) and any((ROOT / path).exists() for path in tier.paths):
            results[tier.name] = run(tier.name, tier.command, tier.budget)

    print()
    for name, (verdict, seconds) in results.items():
        print(f"{name:12}{verdict:12}{seconds:7.1f} s")
    print(f"{'in all':24}{sum(seconds for _, seconds in results.values()):7.1f} s")
    total = counted()
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return int(any(verdict != "ok" for verdict, _ in results.values()))


if __name__ == "__main__":
    sys.exit(main())
