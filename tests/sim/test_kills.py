"""Real processes, killed at every step that cannot be taken back, and again while they resume."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from sim.victim import Errand, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL and no fork server there")

ROWS = 12
STEPS_OF_A_REFUND = 8
STEPS_OF_A_ROW = 8
PATIENCE = 60.0


@pytest.fixture(scope="module")
def processes() -> Iterator[ForkServerContext]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sim.victim", "portdesk.api.wire"])
    return context


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=400, seed=5)) as running:
        yield running


class Shopkeeper:
    """Hands out payments nobody has touched, and says afterwards what became of them."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox
        self._count = 0
        self._model = [
            wire
            for wire in sandbox.state.payments(status="paid")
            if wire["pay_method"] == "card" and not wire["escrow"] and wire["pg_provider"] == "html5_inicis"
        ][-1]

    def fresh(self, count: int) -> tuple[str, ...]:
        uids = []
        for _ in range(count):
            self._count += 1
            uid = f"imp_9{self._count:011d}"
            self._sandbox.state.put(self._model | {"imp_uid": uid, "merchant_uid": f"K-{self._count}"})
            uids.append(uid)
        return tuple(uids)

    def cancels(self, uid: str) -> list[dict[str, Any]]:
        found = self._sandbox.state.payment(uid)
        assert found
        return list(found["cancel_history"])


@pytest.fixture(scope="module")
def shopkeeper(sandbox: RunningSandbox) -> Shopkeeper:
    return Shopkeeper(sandbox)


def act(processes: ForkServerContext, errand: Errand) -> int | None:
    """Run one process; the number of its steps, or `None` when it was killed."""
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=run, args=(errand, theirs.send))
    process.start()
    theirs.close()
    process.join(PATIENCE)
    assert process.exitcode in (0, -9), f"ended with {process.exitcode}"
    steps = ours.recv() if process.exitcode == 0 else None
    ours.close()
    process.close()
    return steps


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """From a copy: a killed commit is undone by whoever opens the file next, and that is not the judge."""
    copy = folder / "copy"
    copy.mkdir(exist_ok=True)
    for name in ("journal.db", "journal.db-journal"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, copy / name)
    journal = sqlite3.connect(copy / "journal.db")
    journal.row_factory = sqlite3.Row
    rows = [dict(row) for row in journal.execute("SELECT * FROM instructions")]
    journal.close()
    return rows


def judge(folder: Path, shopkeeper: Shopkeeper, uids: tuple[str, ...], *, is_over: bool) -> Counter[str]:
    """What the file says against what the shop has; neither asks the program."""
    rows = rows_of(folder) if (folder / "journal.db").exists() else []
    happened = {uid: shopkeeper.cancels(uid) for uid in uids}
    assert all(len(cancels) <= 1 for cancels in happened.values()), "refunded twice"
    for row in rows:
        named = [one for one in happened[row["subject"]] if f"[{row['code']}]" in one["reason"]]
        if row["state"] == "confirmed":
            assert len(named) == 1, "called done"
            assert row["cancellation"] == f"id:{named[0]['cancellation_id']}"
        elif row["state"] in {"not_sent", "not_applied", "rejected", "abandoned", "planned"}:
            assert not named, f"called {row['state']}"
        elif is_over:
            pytest.fail(f"left {row['state']}")
    journalled = {row["subject"] for row in rows}
    assert all(uid in journalled for uid, cancels in happened.items() if cancels), "nobody wrote it down"
    return Counter(row["state"] for row in rows)


def errand_for(sandbox: RunningSandbox, folder: Path, uids: tuple[str, ...], what: str) -> Errand:
    return Errand(
        folder=folder,
        base_url=sandbox.base_url,
        imp_key=sandbox.imp_key,
        imp_secret=sandbox.imp_secret,
        imp_uids=uids,
        what=what,
    )


@dataclass(frozen=True)
class Scene:
    processes: ForkServerContext
    sandbox: RunningSandbox
    shopkeeper: Shopkeeper
    folder: Path

    def errand(self, what: str, payments: int) -> Errand:
        uids = self.shopkeeper.fresh(payments)
        return errand_for(self.sandbox, self.folder, uids, what)

    def kill_and_resume(self, errand: Errand, *, at: int, again_at: int) -> None:
        uids = errand.imp_uids
        assert act(self.processes, replace(errand, kill_at=at)) is None, "lived longer than its last step"
        judge(errand.folder, self.shopkeeper, uids, is_over=False)
        resume = replace(errand, what="resume")
        act(self.processes, replace(resume, kill_at=again_at))
        judge(errand.folder, self.shopkeeper, uids, is_over=False)
        assert act(self.processes, resume) is not None
        states = judge(errand.folder, self.shopkeeper, uids, is_over=True)
        began = len({row["subject"] for row in rows_of(errand.folder)})
        assert states["confirmed"] == began, f"a person pressed everything, yet: {states}"


@pytest.fixture
def scene(
    processes: ForkServerContext, sandbox: RunningSandbox, shopkeeper: Shopkeeper, tmp_path: Path
) -> Scene:
    return Scene(processes, sandbox, shopkeeper, tmp_path)


def test_a_refund_has_as_many_steps_as_are_tried(scene: Scene) -> None:
    errand = scene.errand("refund", 1)

    assert act(scene.processes, errand) == STEPS_OF_A_REFUND
    assert judge(scene.folder, scene.shopkeeper, errand.imp_uids, is_over=True) == {"confirmed": 1}


@pytest.mark.parametrize("again_at", range(1, STEPS_OF_A_REFUND + 3))
@pytest.mark.parametrize("at", range(1, STEPS_OF_A_REFUND + 1))
def test_a_refund_survives_two_kills(scene: Scene, at: int, again_at: int) -> None:
    scene.kill_and_resume(scene.errand("refund", 1), at=at, again_at=again_at)


@pytest.mark.parametrize("pair", range(10))
def test_two_programs_on_one_journal_refund_once(scene: Scene, pair: int) -> None:
    errand = scene.errand("refund", 1)
    both = [scene.processes.Process(target=run, args=(errand, print)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(PATIENCE)

    assert sorted(process.exitcode or 0 for process in both) == [0, 1], "one of them is told no"
    assert judge(scene.folder, scene.shopkeeper, errand.imp_uids, is_over=True) == {"confirmed": 1}


def test_a_batch_has_as_many_steps_as_are_tried(scene: Scene) -> None:
    errand = scene.errand("batch", ROWS)

    assert act(scene.processes, errand) == ROWS * STEPS_OF_A_ROW
    assert judge(scene.folder, scene.shopkeeper, errand.imp_uids, is_over=True) == {"confirmed": ROWS}


@pytest.mark.parametrize("at", range(1, ROWS * STEPS_OF_A_ROW + 1))
def test_a_batch_survives_two_kills(scene: Scene, at: int) -> None:
    scene.kill_and_resume(scene.errand("batch", ROWS), at=at, again_at=1 + at * 7 % (ROWS * STEPS_OF_A_ROW))
