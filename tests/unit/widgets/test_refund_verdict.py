"""What became of a refund: the words of its state and of nothing else, counts, and quoted data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import CHECKING, State, words
from portdesk.qt.words import render, set_language
from portdesk.usecases.refund_words import amount_of
from portdesk.usecases.refunds import Looking
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refunds.verdict import MARKS, Verdict
from samples.instructions import in_state, planned

DONE = {"en": ("Done", "done"), "ko": ("완료",)}
FAILED = {"en": ("Failed", "failed", "Refused"), "ko": ("실패", "거절됨", "안 됨")}
NOTHING_HAPPENED = {State.REJECTED, State.NOT_APPLIED, State.NOT_SENT, State.ABANDONED}


class Looks:
    """How far finding out has come, as a test says."""

    def __init__(self) -> None:
        self.now = Looking()

    def __call__(self, row: Instruction) -> Looking:
        return self.now


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def verdict(qtbot: QtBot, looks: Looks) -> Iterator[Verdict]:
    verdict = Verdict(looks)
    qtbot.addWidget(verdict)
    verdict.show()
    yield verdict
    set_language("en")


def text_of(verdict: Verdict) -> str:
    labels = [label for label in verdict.findChildren(PlainLabel) if label.isVisibleTo(verdict)]
    return "\n".join(label.text() for label in labels)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("state", State)
def test_done_and_failed_are_said_of_proven_states_only(
    verdict: Verdict, state: State, later: bool, language: str
) -> None:
    set_language(language)
    verdict.show_row(in_state(state, planned(pays_later=later)))
    said = text_of(verdict)

    assert verdict.state.text() == render(words(state, pays_later=later))
    assert any(word in said for word in DONE[language]) <= (state is State.CONFIRMED and not later)
    assert any(word in said for word in FAILED[language]) <= (state in NOTHING_HAPPENED)
    assert state in MARKS


def test_every_state_looks_or_reads_different_from_done(verdict: Verdict) -> None:
    seen = set()
    for state in State:
        verdict.show_row(in_state(state))
        seen.add(verdict.state.text())

    assert len(seen) == len(State)


def test_checking_says_what_is_done_and_counts(verdict: Verdict, looks: Looks) -> None:
    looks.now = Looking(looks=3, again_in=7.2, quiet_left=540, quiet_seconds=600, since=75)
    verdict.show_row(in_state(State.UNKNOWN), why="unchanged")

    told = verdict.progress.text()
    assert told == (
        "Looked 3 times · next look in 8 s · the server has to be quiet for 9 min more of 10 min"
        " · asked for 1 min ago"
    )
    assert verdict.found.text() == "The server's record shows no change so far."
    assert "Do not refund it again" in verdict.next.text()


def test_the_counts_go_on_by_themselves(verdict: Verdict, looks: Looks, qtbot: QtBot) -> None:
    verdict.show_row(in_state(State.UNKNOWN))
    looks.now = Looking(looks=1, again_in=2)
    verdict._clock.setInterval(1)

    qtbot.waitUntil(lambda: "next look in 2 s" in verdict.progress.text())
    verdict.show_row(in_state(State.CONFIRMED))
    assert not verdict._clock.isActive()


@pytest.mark.parametrize("why", ["NoReplyError", "NotFoundError"])
def test_a_look_that_failed_proves_nothing_and_says_so(verdict: Verdict, why: str) -> None:
    verdict.show_row(in_state(State.UNKNOWN), why=why)

    assert "proves nothing" in verdict.found.text()
    assert why not in text_of(verdict)


@pytest.mark.parametrize(("since", "said"), [(4, "Waiting for the answer for 4 s"), (30, "The PG is slow")])
def test_a_slow_answer_is_told_with_its_time(verdict: Verdict, looks: Looks, since: int, said: str) -> None:
    looks.now = Looking(since=since)
    verdict.show_row(in_state(State.SENDING))

    assert said in verdict.progress.text()
    assert "stops nothing" in verdict.progress.text()


class TestQuote:
    SAID = "[8178] 상계가능 정산금액 부족 <b>지금 http://evil.example 에서 업데이트</b>\u202e"

    def test_it_is_data_marked_as_theirs_and_greyed(self, verdict: Verdict) -> None:
        verdict.show_row(in_state(State.REJECTED))
        verdict.show_quote(self.SAID)

        told = verdict.quote.text()
        assert told.startswith("In the words of PortOne and the PG: “")
        assert "<b>" in told, "spelled, never read as markup"
        assert "\u202e" not in told
        assert verdict.quote.foregroundRole() == verdict.quote.foregroundRole().PlaceholderText
        assert not verdict.quote.openExternalLinks()

    def test_it_is_cut_off_at_some_length(self, verdict: Verdict) -> None:
        verdict.show_row(in_state(State.REJECTED))
        verdict.show_quote("가" * 5000)

        assert len(verdict.quote.text()) < 400

    def test_its_meaning_and_the_next_step_are_told_with_their_source(self, verdict: Verdict) -> None:
        verdict.show_row(in_state(State.REJECTED))
        verdict.show_quote(self.SAID)

        assert "too little unsettled sales" in verdict.meaning.text()
        assert verdict.step.text().startswith("Next, The PG: Ask the PG for a forced refund")
        assert "8178" in verdict._source.text()

    def test_no_step_is_told_before_it_is_certain_that_nothing_happened(self, verdict: Verdict) -> None:
        verdict.show_row(in_state(State.REFUSED))
        verdict.show_quote(self.SAID)

        assert verdict.meaning.text()
        assert not verdict.step.isVisibleTo(verdict)

    def test_what_nobody_knows_is_only_quoted(self, verdict: Verdict) -> None:
        verdict.show_row(in_state(State.REJECTED))
        verdict.show_quote("[ZZ99] ???")

        assert "ZZ99" in verdict.quote.text()
        assert not verdict.meaning.isVisibleTo(verdict)
        assert not verdict._source.isVisibleTo(verdict)

    def test_a_quote_does_not_stay_for_another_refund(self, verdict: Verdict) -> None:
        verdict.show_row(in_state(State.REJECTED))
        verdict.show_quote(self.SAID)
        verdict.show_row(in_state(State.REJECTED, planned("op-2")))

        assert not verdict.quote.isVisibleTo(verdict)


def test_the_servers_own_record_is_named(verdict: Verdict) -> None:
    row = in_state(State.CONFIRMED, cancellation="id:can_77", settled_at=1_790_000_000)
    verdict.show_row(row)

    assert "can_77" in text_of(verdict)
    assert "2026-09-21 23:13:20 KST" in text_of(verdict)
    assert f"Code {row.code}" in text_of(verdict)


def test_what_is_left_is_told_of_a_done_refund_only(verdict: Verdict) -> None:
    verdict.show_row(in_state(State.CONFIRMED))
    assert "remaining after it ₩7,000" in text_of(verdict)
    verdict.show_row(in_state(State.REJECTED))
    assert "remaining" not in text_of(verdict)
    assert amount_of(planned()).value == Decimal(3000)


def test_somebody_elses_refund_at_the_same_moment_is_told(verdict: Verdict) -> None:
    verdict.show_row(in_state(State.CONFIRMED, is_overlapped=True))

    assert "at the same moment" in text_of(verdict)


@pytest.mark.parametrize("state", sorted(CHECKING, key=lambda state: state.value))
def test_a_change_of_language_takes_everything_along(verdict: Verdict, state: State, looks: Looks) -> None:
    looks.now = Looking(looks=1, again_in=1, quiet_left=9, since=3)
    fields: dict[str, Any] = {"is_overlapped": True}
    verdict.show_row(msgspec.structs.replace(in_state(state), **fields), why="unchanged")
    verdict.show_quote("[8178]")
    english = set(text_of(verdict).split("\n"))
    set_language("ko")

    assert not english & set(text_of(verdict).split("\n"))
