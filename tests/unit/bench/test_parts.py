"""A part of the bench that dies says of what, and takes nobody else's figures with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import parts
from bench.figures import Figure
from bench.stage import DiedError, played

FIGURE = Figure(name="long", unit="ms", median=1.0, p95=2.0)
DIES = ("timeit", "-n1", "-r1", "import os; os.kill(os.getpid(), 11)")
FAILS = ("timeit", "-n1", "-r1", "import sys; sys.exit('no such file')")
HANGS = ("timeit", "-n1", "-r1", "while True: pass")


def died() -> list[Figure]:
    return [FIGURE for _ in played(*DIES)]


def test_a_process_that_dies_says_of_what_and_where() -> None:
    with pytest.raises(DiedError, match=r"^timeit died of SIGSEGV; it said:(?s:.)+most recent call first"):
        played(*DIES)


def test_a_process_that_fails_is_quoted() -> None:
    with pytest.raises(DiedError, match=r"^timeit ended with 1; it said:(?s:.)+no such file$"):
        played(*FAILS)


def test_a_process_that_hangs_is_ended() -> None:
    with pytest.raises(DiedError, match=r"^timeit took more than 1 s$"):
        played(*HANGS, seconds=1)


def test_the_arguments_of_a_process_that_dies_are_not_told() -> None:
    with pytest.raises(DiedError) as caught:
        played(*DIES)

    assert "getpid" not in str(caught.value)


def test_a_part_that_dies_leaves_the_others_their_figures() -> None:
    told: list[str] = []

    figures, lost = parts.run({"first": lambda: [FIGURE], "mid": died, "last": lambda: [FIGURE]}, told.append)

    assert figures == [FIGURE, FIGURE]
    assert list(lost) == ["mid"]
    assert [text.partition(",")[0] for text in told] == ["first", "mid", "last"]
    assert "FAILED: timeit died of SIGSEGV" in told[1]


@pytest.mark.parametrize(("mid", "code"), [(died, 1), (lambda: [FIGURE], 0)])
def test_the_whole_run_fails_with_a_part_that_died(
    mid: parts.Measure,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench, "BENCHES", {"mid": mid, "last": lambda: [FIGURE]})
    monkeypatch.setattr(bench, "_ONLY", [])
    monkeypatch.setattr(bench, "_TOLD", tmp_path / "bench.json")

    assert bench.main() == code

    kept = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert [figure["name"] for figure in kept["figures"]] == ["long"] * (2 - code)
    assert list(kept["lost"]) == ["mid"] * code
    assert ("mid FAILED and has no figures" in capsys.readouterr().out) == bool(code)
