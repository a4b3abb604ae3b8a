"""The core with the product's journal in a file and its decoder. Replay one: make sim SEEDS=1 SEED=n."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portdesk.domain.payments import payment_from_wire
from portdesk.ledger.instruction import Observation
from portdesk.ledger.reading import observe
from portdesk.store.journal import Journal
from sim.disk import DiskJournal
from sim.histories import History
from sim.judge import Judge, ViolationError
from sim.seeds import chunks

SEEDS = 10_000
ON_DISK = 200
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - only where it is known to be memory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk in memory where there is one: every commit waits for the disk several times."""
    root = tmp_path_factory.mktemp("histories")
    if not MEMORY_DISK.is_dir():
        yield root
        return
    fast = MEMORY_DISK / f"portdesk-{root.parent.name}-{root.parent.parent.name}"
    fast.mkdir(mode=0o700, exist_ok=True)
    yield fast
    shutil.rmtree(fast)


def decoded(view: dict[str, Any], at: int | None) -> Observation:
    """By the program's own decoder and its own reading."""
    return observe(payment_from_wire(view), at)


def play(seed: int, folder: Path) -> Judge:
    template = folder / "empty" / "journal.db"
    if not template.exists():
        Journal.open(template).close()
    mine = folder / str(seed)
    journals: list[DiskJournal] = []

    def journal(name: str) -> DiskJournal:
        journals.append(DiskJournal(template, mine / name / "journal.db"))
        return journals[-1]

    try:
        return History(seed, journals=journal, see=decoded).play()
    except ViolationError as violation:
        pytest.fail(f"{violation}\nreplay it: make sim SEEDS=1 SEED={seed}")
    finally:
        for each in journals:
            each.close()
        shutil.rmtree(mine)


@pytest.mark.campaign
@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=str)
def test_no_history_on_the_product_core_breaks_an_invariant(seeds: range, folder: Path) -> None:
    for seed in seeds:
        play(seed, folder)


def test_nor_on_a_disk_that_really_waits(tmp_path: Path) -> None:
    for seed in range(ON_DISK):
        play(seed, tmp_path)
