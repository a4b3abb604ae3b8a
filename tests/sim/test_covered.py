"""Nothing about money is left untried: every branch and every `except` of the core is executed by a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = (
    "tests/unit/ledger",
    "tests/unit/store/test_journal.py",
    "tests/unit/store/test_journal_checkouts.py",
    "tests/unit/store/test_journal_thread.py",
)


def test_every_branch_of_ledger_and_journal_is_executed(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = clean | {"COVERAGE_FILE": str(tmp_path / "coverage")}

    def coverage(*wish: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "coverage", *wish],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    played = coverage("run", "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *TESTS)
    assert played.returncode == 0, played.stdout
    report = coverage("report")
    assert report.returncode == 0, report.stdout
