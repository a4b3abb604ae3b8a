from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from portdesk.domain.errors import InputError
from portdesk.ledger.finding import (
    QUIET_SECONDS,
    Finding,
    Knowledge,
    Reading,
    find_refund,
    is_behind,
    outstanding,
)
from portdesk.ledger.instruction import (
    ALPHABET,
    LONGEST_REASON,
    Entry,
    Instruction,
    Kind,
    Observation,
    Snapshot,
    code_in,
    code_of,
    difference,
    from_minor,
    reason_with,
    to_minor,
)
from portdesk.ledger.refund import RefundRules, fields, freeze
from portdesk.ledger.states import State
from portdesk.ledger.steps import Accepted, NotExecuted, NotSent, Refused, Unclear
from samples.instructions import NOW, entry, in_state, planned, seen, wish

KNOWN = Knowledge()
ECHOES = Knowledge(echoes_codes=True)
ATOMIC = Knowledge(is_atomic=True)
OTHER_SUM, EQUAL = "our code with another amount", "an equal amount without a name"
ROW = planned()
"""3,000 of 10,000, nothing given back before."""


def ours(number: str = "c1", amount: int = 3000) -> Entry:
    return entry(number, amount, text=f"too late [{ROW.code}]")


class TestCode:
    def test_it_is_read_out_without_mistakes(self) -> None:
        assert code_of("op-1") == code_of("op-1") != code_of("op-2")
        assert len(code_of("op-1")) == 6
        assert set(code_of("op-1")) <= set(ALPHABET)
        assert not set("01ILO") & set(ALPHABET)

    def test_a_known_one_stays_the_same_for_ever(self) -> None:
        assert code_of("op-1") == "2A4V3D"

    @given(st.text(max_size=400), st.sampled_from([None, "K7Q2MX"]))
    def test_a_reason_carries_the_code_and_no_other(self, text: str, code: str | None) -> None:
        reason = reason_with(text, code)

        assert len(reason) <= LONGEST_REASON
        assert code_in(reason) == code

    def test_brackets_of_the_persons_own_look_like_no_code(self) -> None:
        assert reason_with(" a [K7Q2MX] ", None) == "a (K7Q2MX)"
        assert reason_with("", "K7Q2MX") == "[K7Q2MX]"
        assert reason_with("x" * 300, None) == "x" * 256
        assert reason_with("\ud83d 가 😀", None) == "? 가 😀"
        assert reason_with("x" * 300, "K7Q2MX") == "x" * 247 + " [K7Q2MX]"

    @pytest.mark.parametrize("text", ["", "K7Q2MX", "[K7Q2M", "[K7Q2M0]", "[k7q2mx]", "[K7Q2MXX]"])
    def test_what_is_no_code(self, text: str) -> None:
        assert code_in(text) is None

    def test_the_last_one_counts(self) -> None:
        assert code_in("[AAAAAA] [BBBBBB]") == "BBBBBB"


class TestDifference:
    def test_lines_are_counted_not_merged(self) -> None:
        same = entry(None, 1000, mark="m")

        assert difference((same, same), (same,)) == ((same,), ())
        assert difference((same,), (same, same)) == ((), (same,))

    def test_an_id_that_one_side_lacks_decides_nothing(self) -> None:
        bare, named = entry(None, mark="m"), entry("c1", mark="m")

        assert difference((named,), (bare,)) == ((), ())
        assert difference((bare,), (named,)) == ((), ())

    def test_ids_tell_equal_lines_apart(self) -> None:
        one, two = entry("c1", mark="m"), entry("c2", mark="m")

        assert difference((two,), (one,)) == ((two,), (one,))
        assert one.identity == "id:c1"
        assert entry(None, mark="m").identity == "m"

    def test_a_snapshot_equals_only_what_has_not_changed_at_all(self) -> None:
        shown = Snapshot(balance=10_000, entries=(entry(),))

        assert shown.equals(seen(10_000, entry()))
        assert not shown.equals(seen(9_999, entry()))
        assert not shown.equals(seen(10_000))
        assert not shown.equals(seen(10_000, entry(), entry("c2")))
        assert not shown.equals(seen(10_000, entry(), is_open=False))


class TestSums:
    @pytest.mark.parametrize(
        ("value", "currency", "minor"),
        [("3000", "KRW", 3000), ("12.50", "USD", 1250), ("0.01", "USD", 1), ("5", "JPY", 5)],
    )
    def test_they_are_whole_minor_units(self, value: str, currency: str, minor: int) -> None:
        assert to_minor(Decimal(value), currency) == minor
        assert from_minor(minor, currency) == Decimal(value)
        assert str(from_minor(1250, "USD")) == "12.50"

    @pytest.mark.parametrize("value", ["0.5", "-1", "NaN", "Infinity", "1e30"])
    def test_what_is_no_sum_of_the_currency_is_refused(self, value: str) -> None:
        with pytest.raises(InputError):
            to_minor(Decimal(value), "KRW")


class TestFreeze:
    def test_half_a_sign_in_the_words_can_be_written(self) -> None:
        row = planned(words="\udc00 가")

        assert row.words == "? 가"

    def test_what_is_confirmed_sent_and_written_is_one_thing(self) -> None:
        row = freeze("op-7", wish("3000", tax_free=Decimal(0), vat_amount=Decimal(273)), seen())

        assert fields(row) == {
            "imp_uid": "imp_1",
            "amount": 3000,
            "checksum": 10_000,
            "reason": f"too late [{code_of('op-7')}]",
            "tax_free": 0,
            "vat_amount": 273,
        }
        assert (row.amount, row.snapshot.balance, row.subject) == (3000, 10_000, "imp_1")
        assert (row.tax_free, row.vat_amount, row.actor, row.shop) == (0, 273, "kim", "f00d")
        assert row.snapshot.server_time == NOW
        assert row.state is State.PLANNED
        assert row.kind is Kind.REFUND
        assert row.attempt == 0
        assert not row.pays_later

    def test_everything_the_wish_says_is_kept(self) -> None:
        row = planned(words="w", merchant_uid="m", pays_later=True, approval="boss", batch="b", row=3)

        assert (row.words, row.merchant_uid, row.pays_later, row.approval) == ("w", "m", True, "boss")
        assert (row.batch, row.row, row.pg, row.currency) == ("b", 3, "kcp/card", "KRW")
        assert (row.is_plain, row.may_rise, row.is_strict) == (True, False, False)
        assert set(fields(row)) == {"imp_uid", "amount", "checksum", "reason"}

    @pytest.mark.parametrize(("plain", "rise"), [(False, False), (True, True), (False, True)])
    def test_numbers_that_prove_little_make_it_strict(self, plain: bool, rise: bool) -> None:
        row = planned(shown=seen(is_plain=plain, may_rise=rise))

        assert (row.is_plain, row.may_rise, row.is_strict) == (plain, rise, True)

    def test_the_code_can_be_switched_off(self) -> None:
        row = planned(with_code=False)

        assert (row.code, row.reason) == (None, "too late")

    @pytest.mark.parametrize("amount", [10_000, 1])
    def test_everything_left_and_the_smallest_coin_are_sums(self, amount: int) -> None:
        assert planned(amount=Decimal(amount)).amount == amount

    @pytest.mark.parametrize(
        ("change", "shown"),
        [
            ({"amount": Decimal(0)}, {}),
            ({"amount": Decimal(-1)}, {}),
            ({"amount": Decimal(10_001)}, {}),
            ({"amount": Decimal("0.5")}, {}),
            ({"amount": Decimal(2**63)}, {}),
            ({"tax_free": Decimal(3001)}, {}),
            ({"vat_amount": Decimal(3001)}, {}),
            ({"vat_amount": Decimal("1.5")}, {}),
            ({}, {"subject": ""}),
            ({}, {"is_open": False}),
        ],
    )
    def test_nonsense_is_not_frozen(self, change: dict[str, Any], shown: dict[str, Any]) -> None:
        with pytest.raises(InputError):
            planned(shown=seen(**shown), **change)

    def test_a_tax_part_may_be_the_whole_amount(self) -> None:
        assert planned(tax_free=Decimal(3000)).tax_free == 3000

    def test_a_dialog_that_lags_behind_our_own_record_is_refused(self) -> None:
        done = in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW - 10)

        with pytest.raises(InputError, match="older state"):
            freeze("op-2", wish(), seen(), [done])
        assert freeze("op-2", wish(), seen(7000, entry("c1")), [done])

    @pytest.mark.parametrize(
        ("row", "shown", "is_late"),
        [
            (in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW), seen(), True),
            (in_state(State.CONFIRMED, cancellation="id:c1"), seen(), True),
            (in_state(State.CONFIRMED, cancellation="id:c1"), seen(at=NOW + QUIET_SECONDS), False),
            (
                in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW + 60),
                seen(at=NOW + QUIET_SECONDS),
                True,
            ),
            (in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW), seen(at=None), True),
            (in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW), seen(subject="imp_2"), False),
            (in_state(State.NOT_APPLIED, cancellation="id:c1", settled_at=NOW), seen(), False),
            (
                in_state(State.CONFIRMED, cancellation="m", settled_at=NOW),
                seen(1, entry(mark="m")),
                False,
            ),
            (
                in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW),
                seen(at=NOW + QUIET_SECONDS - 1),
                True,
            ),
            (
                in_state(State.CONFIRMED, cancellation="id:c1", settled_at=NOW),
                seen(at=NOW + QUIET_SECONDS),
                False,
            ),
        ],
    )
    def test_only_for_as_long_as_readings_may_lag(self, row: Any, shown: Observation, is_late: bool) -> None:
        assert is_behind(shown, row) is is_late


class TestFind:
    """One case a rule; the words are the grounds that people and support see."""

    @pytest.mark.parametrize(
        ("reading", "known", "expected"),
        [
            (seen(7000, ours()), KNOWN, (Reading.OURS, "our code", True)),
            (seen(6000, entry("c0"), ours()), KNOWN, (Reading.OURS, "our code", True)),
            (
                seen(7000, ours(amount=2000)),
                KNOWN,
                (Reading.AMBIGUOUS, OTHER_SUM, False),
            ),
            (
                seen(4000, ours(), ours("c2")),
                KNOWN,
                (Reading.AMBIGUOUS, "our code stands there more than once", False),
            ),
            (seen(), KNOWN, (Reading.NOTHING, "unchanged", False)),
            (seen(), ATOMIC, (Reading.NOTHING, "unchanged", False)),
            (seen(9999), KNOWN, (Reading.AMBIGUOUS, "the record does not add up", False)),
            (seen(10_001), KNOWN, (Reading.AMBIGUOUS, "the record does not add up", False)),
            (seen(9999, entry(amount=None)), KNOWN, (Reading.AMBIGUOUS, "the record does not add up", False)),
            (seen(10_000, entry(amount=None)), KNOWN, (Reading.NOTHING, "other amounts", False)),
            (seen(7000, entry(amount=3000)), ECHOES, (Reading.NOTHING, "all changes are others'", False)),
            (
                seen(7000, entry(amount=3000)),
                Knowledge(echoes_codes=True, is_atomic=True),
                (Reading.NOTHING, "all changes are others'", True),
            ),
            (
                seen(7000, entry(amount=3000)),
                KNOWN,
                (Reading.AMBIGUOUS, EQUAL, False),
            ),
            (
                seen(7000, entry(amount=3000)),
                ATOMIC,
                (Reading.AMBIGUOUS, EQUAL, False),
            ),
            (seen(9000, entry()), KNOWN, (Reading.NOTHING, "other amounts", False)),
            (seen(9000, entry()), ATOMIC, (Reading.NOTHING, "other amounts", True)),
            (
                seen(6000, entry(), entry("c2", 3000)),
                KNOWN,
                (Reading.AMBIGUOUS, EQUAL, False),
            ),
            (
                seen(7000, entry(amount=3000, text="x [ABCDEF]")),
                KNOWN,
                (Reading.NOTHING, "other amounts", False),
            ),
        ],
    )
    def test_every_rule(self, reading: Observation, known: Knowledge, expected: tuple[Any, ...]) -> None:
        finding = find_refund(ROW, reading, known)

        assert (finding.reading, finding.grounds, finding.is_final) == expected
        assert finding.identity == ("id:c1" if finding.reading is Reading.OURS else None)

    def test_what_was_shown_is_not_news(self) -> None:
        row = planned(shown=seen(9000, entry("old", text=f"[{ROW.code}]")))

        assert find_refund(row, seen(9000, entry("old")), KNOWN).grounds == "unchanged"

    def test_a_reading_that_lacks_what_was_shown_is_older(self) -> None:
        row = planned(shown=seen(9000, entry("old")))

        older = find_refund(row, seen(10_000), KNOWN)
        assert (older.reading, older.grounds) == (Reading.AMBIGUOUS, "older than what the dialog showed")
        assert find_refund(row, seen(7000, ours()), KNOWN).reading is Reading.OURS

    def test_strict_numbers_prove_nothing_about_others(self) -> None:
        strict = replace(ROW, may_rise=True)

        for known in (KNOWN, ECHOES, ATOMIC):
            finding = find_refund(strict, seen(9000, entry()), known)
            assert (finding.reading, finding.grounds) == (Reading.AMBIGUOUS, "its numbers prove nothing")
        assert find_refund(strict, seen(20_000), KNOWN).grounds == "unchanged"
        assert find_refund(strict, seen(20_000, ours()), KNOWN).reading is Reading.OURS

    def test_without_a_code_an_echo_says_nothing(self) -> None:
        bare = planned(with_code=False)

        assert find_refund(bare, seen(7000, entry(amount=3000)), ECHOES).reading is Reading.AMBIGUOUS


class TestClassify:
    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            (NotSent("x"), State.NOT_SENT),
            (NotExecuted(), State.NOT_SENT),
            (Refused(-1, "x"), State.REFUSED),
            (Unclear("x"), State.UNKNOWN),
            (Accepted(None), State.UNKNOWN),
            (Accepted(seen()), State.UNKNOWN),
            (Accepted(seen(7000, ours(), subject="imp_2")), State.UNKNOWN),
            (Accepted(seen(4000, entry("c1", 3000), entry("c2", 3000))), State.UNKNOWN),
            (Accepted(seen(9000, entry())), State.UNKNOWN),
            (Accepted(seen(7000, entry("c1", 3000, text="[ABCDEF]"))), State.UNKNOWN),
        ],
    )
    def test_what_does_not_name_our_cancel_confirms_nothing(self, answer: Any, state: State) -> None:
        assert RefundRules().classify(ROW, answer, KNOWN) == (state, None)

    def test_our_code_confirms(self) -> None:
        answer = Accepted(seen(6000, entry("c0"), ours()))

        assert RefundRules().classify(ROW, answer, ECHOES) == (State.CONFIRMED, "id:c1")

    def test_the_only_change_of_our_amount_confirms(self) -> None:
        answer = Accepted(seen(7000, entry("c1", 3000)))

        assert RefundRules().classify(ROW, answer, KNOWN) == (State.CONFIRMED, "id:c1")
        assert RefundRules().classify(planned(with_code=False), answer, ECHOES) == (State.CONFIRMED, "id:c1")
        assert RefundRules().classify(replace(ROW, may_rise=True), answer, KNOWN)[0] is State.CONFIRMED

    def test_not_where_the_code_ought_to_be_there(self) -> None:
        answer = Accepted(seen(7000, entry("c1", 3000)))

        assert RefundRules().classify(ROW, answer, ECHOES) == (State.UNKNOWN, None)

    def test_not_where_sums_cannot_be_compared(self) -> None:
        answer = Accepted(seen(7000, entry("c1", 3000)))

        assert RefundRules().classify(replace(ROW, is_plain=False), answer, KNOWN) == (State.UNKNOWN, None)

    def test_not_from_an_older_record(self) -> None:
        row = planned(shown=seen(9000, entry("old")))

        assert RefundRules().classify(row, Accepted(seen(7000, entry("c1", 3000))), KNOWN)[0] is State.UNKNOWN


def test_what_is_assumed_of_a_server_nobody_has_measured() -> None:
    assert (KNOWN.echoes_codes, KNOWN.is_atomic) == (False, False)
    assert (KNOWN.quiet_seconds, KNOWN.most_timeless_looks) == (600, 30)


def test_a_finding_says_nothing_by_itself() -> None:
    assert Finding(reading=Reading.NOTHING) == Finding(
        reading=Reading.NOTHING, identity=None, grounds="", is_final=False
    )


class TestOutstanding:
    """What was given back and does not count in the balance: `checksum` does not guard it."""

    ROW = planned(pays_later=True)

    def accepted(self, state: State = State.CONFIRMED, **progress: Any) -> Instruction:
        return in_state(state, self.ROW, **progress)

    @pytest.mark.parametrize("state", [State.CONFIRMED, State.CONFIRMED_BY_HUMAN, State.EXTERNAL])
    def test_the_balance_has_not_moved(self, state: State) -> None:
        row = self.accepted(state)

        assert outstanding([row], seen()) == (row,)

    def test_of_another_payment_or_not_given_back_it_is_none(self) -> None:
        assert outstanding([self.accepted()], seen(subject="imp_2")) == ()
        assert outstanding([self.accepted(State.ABANDONED)], seen()) == ()
        assert outstanding([in_state(State.CONFIRMED, planned())], seen()) == ()

    @pytest.mark.parametrize(
        "line",
        [
            entry("c1", 3000, text="by id"),
            entry("c2", 3000, text="by code CODE"),
            entry(None, 3000, text="by mark", mark="t|3000|1"),
            entry("c3", 3000, text="by amount"),
        ],
        ids=["id", "code", "mark", "amount"],
    )
    def test_what_stands_in_the_record_and_counts_is_none(self, line: Entry) -> None:
        found = {"by id": "id:c1", "by mark": "t|3000|1"}.get(line.text)
        row = self.accepted(cancellation=found)
        line = replace(line, text=line.text.replace("CODE", f"[{row.code}]"))

        assert outstanding([row], seen(7000, line)) == ()
        assert outstanding([row], seen(10_000, line)) == (row,), "it stands there and does not count"

    def test_what_others_gave_back_does_not_stand_for_it(self) -> None:
        row = self.accepted()
        promotion = entry("c8", None)

        assert outstanding([row], seen(6000, entry("c9", 4000))) == (row,)
        assert outstanding([row], seen(3000, entry("c9", 4000), promotion)) == ()

    def test_another_one_has_to_name_it(self) -> None:
        row = self.accepted(State.EXTERNAL)

        with pytest.raises(InputError, match="not in the server's record yet"):
            freeze("op-2", wish(), seen(), iter([row]))  # read twice, whatever it comes as
        assert freeze("op-2", wish(beside=frozenset({row.id})), seen(), [row]).id == "op-2"
        assert freeze("op-2", wish(), seen(7000, entry("c1", 3000)), [row]).id == "op-2"
