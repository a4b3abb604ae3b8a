"""A search finds what a look at every payment would find, in the same order, and nothing else."""

from __future__ import annotations

import dataclasses
import random
import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from doubles.indexed import held, indexed
from doubles.looking import alike, fits, initials
from portdesk.domain.messages import Message
from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import Payment, PaymentState
from portdesk.domain.search import understand
from portdesk.domain.search_terms import (
    Term,
    Words,
)
from portdesk.domain.times import KST, from_unix
from portdesk.store import (
    first_by_amount,
    first_by_time,
    first_rows,
    payment_queries,
    payments,
    search_index,
)
from portdesk.store.migrations import MIGRATIONS, migrate
from portdesk.store.payment_columns import payment_of
from samples.payments import NOON, payment

NOW = datetime(2026, 9, 21, 23, tzinfo=KST)
PROVIDERS = ("html5_inicis", "kcp", "tosspayments", "kakaopay", "nice_v2", "new pg!")
METHODS = ("card", "vbank", "phone", "kakaopay")


def new_copy() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, MIGRATIONS)
    return connection


def save(connection: sqlite3.Connection, objects: list[Payment], read_at: int = NOON) -> None:
    connection.execute("BEGIN IMMEDIATE")
    payments._save(connection, objects, read_at, None)
    connection.execute("COMMIT")


@pytest.fixture
def copy() -> Iterator[sqlite3.Connection]:
    connection = new_copy()
    yield connection
    connection.close()


def expected(connection: sqlite3.Connection, query: PaymentQuery) -> list[int]:
    """The answer by looking at every row of the answer to the question without terms."""
    everything = payment_queries.ids(connection, dataclasses.replace(query, terms=()))
    wires = dict(connection.execute("SELECT id, wire FROM payment_objects"))
    return [id_ for id_ in everything if all(fits(payment_of(wires[id_]), term) for term in query.terms)]


def agrees(connection: sqlite3.Connection, query: PaymentQuery) -> list[int]:
    """The answer, after every way to ask for it was seen to agree with the look at every row."""
    found = list(payment_queries.ids(connection, query))
    assert found == expected(connection, query)
    assert payment_queries.count(connection, query) == len(found)
    assert sum(total.rows for total in payment_queries.totals(connection, query)) == len(found)
    for limit in (1, 7, 10_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(first_by_time, "_AT_ONCE", 1)
            assert first_rows.first_ids(connection, query, limit) == found[:limit]
    return found


def asked(text: str, **filters: Any) -> PaymentQuery:
    return PaymentQuery(terms=understand(text, NOW).terms, **filters)


def words(*texts: str) -> PaymentQuery:
    return PaymentQuery(terms=tuple(Term(text, Message("x"), (Words((text,)),)) for text in texts))


# ---- made-up payments

SYLLABLES = "김민수이지현꽃다발튤립값뷁힣가"
MIXED = SYLLABLES + "ㄱㅁㅅㅋㅏaAbBzZéßİ019 -_.@*\"'():^+~=<>&|🌷👩\u200d👧中日ー\u202e\n"
SYNTAX = (
    '"',
    '""',
    "*",
    "(",
    ")",
    "a OR b",
    "NEAR(김 민)",
    "NOT 김",
    "^김",
    "-김",
    "+김",
    "tokens:김",
    "{a}",
    "김*",
    "AND",
    "\x00",
)
names = st.text(MIXED, max_size=12) | st.sampled_from(("김민수", "오늘의 꽃다발 S", "Emily Carter", *SYNTAX))
ids = st.text("abAB01239-_.@", max_size=14)
tels = st.sampled_from(("010-1234-5678", "01012345678", "010 9876 5432", "+82 10-1111-2222", "02-123-4567"))
times = st.integers(NOON - 3 * 86_400, NOON + 86_400)


@st.composite
def one_payment(draw: st.DrawFn, number: int) -> Payment:
    started_at = draw(times)
    status = draw(st.sampled_from(("paid", "paid", "ready", "failed", "cancelled", "odd")))
    return payment(
        number,
        imp_uid=f"imp_{number:012d}",
        merchant_uid=draw(ids) or "x",
        customer_uid=draw(st.none() | ids),
        name=draw(st.none() | names),
        buyer_name=draw(st.none() | names),
        buyer_email=draw(st.none() | ids),
        buyer_tel=draw(st.none() | tels),
        apply_num=draw(st.none() | st.text("0123456789", max_size=8)),
        card_number=draw(st.none() | st.sampled_from(("451842******1234", "4092020000001234"))),
        amount=draw(st.sampled_from((0, 9900, 39000, Decimal("12.5"), 10**12, Decimal("0.00001")))),
        cancel_amount=draw(st.sampled_from((0, 1000))) if status == "cancelled" else 0,
        pay_method=draw(st.sampled_from(METHODS)),
        pg_provider=draw(st.sampled_from(PROVIDERS)),
        emb_pg_provider=draw(st.none() | st.sampled_from(PROVIDERS)),
        status=status,
        started_at=draw(st.just(started_at) | st.just(0)) if status == "ready" else started_at,
        paid_at=started_at + 30 if status in {"paid", "cancelled"} else 0,
        sandbox=draw(st.booleans()),
    )


@st.composite
def many_payments(draw: st.DrawFn) -> list[Payment]:
    return [draw(one_payment(number)) for number in range(1, draw(st.integers(1, 12)) + 1)]


def parts_of(connection: sqlite3.Connection) -> int:
    """How many parts a question has to look into."""
    (number,) = connection.execute("SELECT count(DISTINCT segid) FROM payment_search_idx").fetchone()
    return number


class TestWords:
    @given(objects=many_payments(), data=st.data())
    def test_any_part_of_a_text_finds_it(self, objects: list[Payment], data: st.DataObject) -> None:
        copy = new_copy()
        save(copy, objects)
        fields = [
            text
            for object_ in objects
            for text in (
                *(object_.name, object_.buyer_name, object_.buyer_email, object_.buyer_tel),
                *(object_.merchant_uid, object_.imp_uid, object_.customer_uid, object_.apply_num),
                *(object_.card_number, initials(object_.name or "")),
            )
            if text
        ]
        pieces = [piece for text in fields for piece in alike(text or "").replace("*", " ").split()] or ["x"]
        piece = data.draw(st.sampled_from(pieces))
        start = data.draw(st.integers(0, len(piece) - 1))
        word = piece[start : data.draw(st.integers(start + 1, len(piece)))]
        agrees(copy, words(word))
        agrees(copy, words(word, data.draw(st.sampled_from(pieces))))
        copy.close()

    @given(
        objects=many_payments(),
        text=st.text(MIXED, max_size=8) | st.sampled_from(SYNTAX) | st.text(max_size=6),
    )
    def test_whatever_is_typed_finds_what_a_look_finds(self, objects: list[Payment], text: str) -> None:
        copy = new_copy()
        save(copy, objects)
        agrees(copy, asked(text))
        copy.close()

    @pytest.mark.parametrize("text", SYNTAX)
    def test_the_language_of_the_index_is_only_text(self, copy: sqlite3.Connection, text: str) -> None:
        save(copy, [payment(1, name=f"가 {text} 나"), payment(2, name="다", buyer_name="라")])
        found = agrees(copy, asked(f'"{text}"' if '"' not in text else text))
        assert 1 in found
        assert 2 not in found or not asked(text).terms

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("민수", [1]), ("김", [1]), ("ㄱㅁㅅ", [1]), ("ㅁㅅ", [1]), ("ㄲㄷㅂ", [1]), ("다발", [1]),
            ("꽃다발 김민", [1]),
            ("MINSU", [1]), ("1234-5678", [1]), ("12345678", [1]), ("010 1234 5678", [1]), ("ord-7", [1]),
            ("ORD7", [1]), ("d-7", [1]), ("-7x", [1]), ("rd-", [1]),
            ("abc", []), ("1842", [1]), ("8421", []), ("su@ex", [1]), ("s", [2]),
            ("수꽃", []),
            ("", [2, 1]), ("2", [2]), ("김민수꽃", []), ("다 발", [1]),
        ],
    )  # fmt: skip
    def test_examples(self, copy: sqlite3.Connection, text: str, found: list[int]) -> None:
        save(
            copy,
            [
                payment(
                    1,
                    name="꽃다발 꽃",
                    buyer_name=unicodedata.normalize("NFD", "김민수"),
                    merchant_uid="ORD-7X",
                    card_number="451842******1234",
                ),
                payment(
                    2,
                    name="S2 ab bc",
                    buyer_name=None,
                    buyer_email=None,
                    buyer_tel=None,
                    apply_num=None,
                    card_number=None,
                    merchant_uid="9",
                ),
            ],
        )
        query = PaymentQuery(terms=tuple(t for t in understand(text, NOW).terms)) if text else PaymentQuery()
        assert agrees(copy, query) == found
        assert agrees(copy, asked(unicodedata.normalize("NFD", text))) == found

    def test_long_words_are_found_among_many_that_are_nearly_them(self, copy: sqlite3.Connection) -> None:
        save(
            copy,
            [payment(n, buyer_email=f"minsu{n % 7}@naver.com", buyer_tel=f"010{n:08}") for n in range(3000)],
        )
        assert agrees(copy, words("minsu3@naver.com")) == [n + 1 for n in range(2999, -1, -1) if n % 7 == 3]
        assert len(agrees(copy, words("@naver.com"))) == 3000
        assert len(agrees(copy, words("01000001234"))) == 1


class TestMeanings:
    @given(
        objects=many_payments(),
        text=st.lists(
            st.sampled_from(
                (
                    *("환불", "=환불", "카드", "=토스", "kcp", "오늘", "=어제", "9월", "=9월", "9/18~9/20"),
                    *("9,900", "39000", ">9000", "<=39000", "1만~5만", "테스트", "=live", "입금대기", "김"),
                    *("0", "12.5", "김민수", "=0"),
                )
            ),
            min_size=1,
            max_size=3,
        ),
        states=st.frozensets(st.sampled_from(PaymentState), max_size=3),
        test_channel=st.none() | st.booleans(),
        since=st.none() | times,
        until=st.none() | times,
        sort=st.sampled_from(PaymentSort),
        descending=st.booleans(),
        data=st.data(),
    )
    def test_terms_filters_and_orders_agree_with_a_look(
        self,
        objects: list[Payment],
        text: list[str],
        since: int | None,
        until: int | None,
        data: st.DataObject,
        **asking: Any,
    ) -> None:
        copy = new_copy()
        save(copy, objects)
        query = asked(
            " ".join(text), since=since and from_unix(since), until=until and from_unix(until), **asking
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(first_rows, "_MANY_BY_STATE", 1)
            patch.setattr(first_by_amount, "_SAMPLED", data.draw(st.sampled_from((1, 2, 4, 100))))
            patch.setattr(first_by_amount, "_LEAST_RANK", 1)
            patch.setattr(first_by_amount, "_MARGIN", 0)
            patch.setattr(first_by_amount, "_FURTHER", 2)
            patch.setattr(first_by_amount, "_SOON_SORTED", 1)
            patch.setattr(first_by_amount, "_FEW_AMOUNTS", data.draw(st.sampled_from((0, 3))))
            patch.setattr(first_by_amount, "_MOST_AMOUNTS", data.draw(st.sampled_from((0, 1, 60))))
            agrees(copy, query)
        copy.close()

    @pytest.mark.parametrize(
        "text", [">9000", "<=39000", "1만~5만", "=9,900", ">9000 =오늘", ">9000 꽃", ">0 <2만"]
    )
    @pytest.mark.parametrize(
        "filters", [{}, {"states": frozenset({PaymentState.PAID})}, {"test_channel": True}]
    )
    def test_a_range_of_amounts_alone_and_with_others(
        self, copy: sqlite3.Connection, text: str, filters: dict[str, Any]
    ) -> None:
        amounts = (0, 8_000, 9_900, 12_000, 39_000, 60_000, Decimal("0.00001"))
        save(
            copy,
            [
                payment(
                    n,
                    amount=amounts[n % len(amounts)],
                    name="꽃" if n % 2 else "잎",
                    status="failed" if n % 3 == 0 else "paid",
                    paid_at=0 if n % 3 == 0 else NOON - n * 9_999,
                    started_at=NOON - n * 9_999,
                    sandbox=n % 5 == 0,
                )
                for n in range(1, 80)
            ],
        )
        for sort in (PaymentSort.OCCURRED_AT, PaymentSort.AMOUNT, PaymentSort.NAME):
            assert agrees(copy, asked(text, sort=sort, **filters))

    def test_days_begin_at_midnight_in_korea(self, copy: sqlite3.Connection) -> None:
        midnight = int(datetime(2026, 9, 21, tzinfo=KST).timestamp())
        for number, at in enumerate((midnight - 1, midnight, midnight + 86_399, midnight + 86_400), 1):
            save(copy, [payment(number, name="x", started_at=at, paid_at=at)])
        assert agrees(copy, asked("=오늘")) == [3, 2]
        assert agrees(copy, asked("오늘")) == [3, 2]
        assert agrees(copy, asked("어제")) == [1]


class TestOrder:
    @given(seed=st.integers(0, 1000), descending=st.booleans(), data=st.data())
    def test_a_sample_leads_to_the_first_amounts_of_a_large_answer(
        self, seed: int, descending: bool, data: st.DataObject
    ) -> None:
        dice = random.Random(seed)
        amounts = [dice.choice((900, 9_900, 39_000, 10**6)) + dice.randrange(9) * 10 for _ in range(6)]
        copy = new_copy()
        objects = []
        for number in range(1, 121):
            amount = dice.choice((*amounts[:2], *amounts, dice.randrange(10**5), Decimal("0.00001")))
            name = "튤립" if dice.random() < 0.3 + 0.6 * (amount == amounts[0]) else "장미"
            at = NOON - dice.randrange(90 * 86_400)
            objects.append(payment(number, name=name, amount=amount, started_at=at, paid_at=at + 9))
        save(copy, objects)
        found_by_steps = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(first_by_amount, "_SAMPLED", data.draw(st.sampled_from((3, 10, 30))))
            patch.setattr(first_by_amount, "_LEAST_RANK", data.draw(st.sampled_from((1, 2, 9))))
            patch.setattr(first_by_amount, "_MARGIN", data.draw(st.sampled_from((0, 3))))
            patch.setattr(first_by_amount, "_FURTHER", 2)
            patch.setattr(first_by_amount, "_SOON_SORTED", 1)
            patch.setattr(first_by_amount, "_MOST_AMOUNTS", data.draw(st.sampled_from((0, 2, 60))))
            walk = first_by_amount._step_by_step
            patch.setattr(
                first_by_amount,
                "_step_by_step",
                lambda *args: found_by_steps.append(found := walk(*args)) or found,
            )
            text = data.draw(st.sampled_from(("튤립", "", ">5000", "튤립 <=39000", "튤립 장미")))
            filters = {
                "states": data.draw(st.sampled_from((frozenset(), frozenset({PaymentState.PAID})))),
                "test_channel": data.draw(st.sampled_from((None, False))),
                "since": data.draw(st.sampled_from((None, from_unix(NOON - 40 * 86_400)))),
            }
            query = asked(text, sort=PaymentSort.AMOUNT, descending=descending, **filters)
            agrees(copy, query)
        event(f"by steps: {sum(found is not None for found in found_by_steps)} of {len(found_by_steps)}")
        copy.close()

    def test_a_full_span_spills_and_the_order_stands(
        self, copy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search_index, "SLOT_BITS", 2)
        monkeypatch.setattr(search_index, "_SLOTS", 4)
        dice = random.Random(3)
        for _ in range(12):
            save(copy, [payment(n := dice.randrange(10**6), started_at=NOON + n % 99_000) for _ in range(9)])
        assert search_index.spilled_by(copy) > 0
        for since, until in ((None, None), (NOON + 20_000, NOON + 60_000), (None, NOON + 30_000)):
            for descending in (True, False):
                query = asked(
                    "김민수",
                    since=since and from_unix(since),
                    until=until and from_unix(until),
                    descending=descending,
                )
                agrees(copy, query)

    @pytest.mark.parametrize("number", [7, 700])
    def test_many_without_a_time_are_in_order_too(self, copy: sqlite3.Connection, number: int) -> None:
        dice = random.Random(number)
        save(
            copy,
            [
                payment(n, started_at=0, paid_at=0, status=dice.choice(("ready", "failed", "paid")))
                for n in range(number)
            ],
        )
        for descending in (True, False):
            agrees(copy, asked("김민수", descending=descending))

    def test_another_time_of_the_same_day_is_another_place(self, copy: sqlite3.Connection) -> None:
        morning = int(datetime(2026, 9, 21, 1, tzinfo=KST).timestamp())
        evening = morning + 20 * 3600
        save(copy, [payment(1, started_at=morning, paid_at=0), payment(2, started_at=evening)])
        save(copy, [payment(1, started_at=morning, paid_at=evening + 60)], NOON + 9_000)
        assert agrees(copy, asked("김민수", since=from_unix(evening))) == [1, 2]
        assert agrees(copy, asked("김민수", until=from_unix(evening))) == []
        assert indexed(copy) == held(copy)

    def test_payments_without_a_time_are_the_oldest(self, copy: sqlite3.Connection) -> None:
        save(copy, [payment(1, started_at=0, paid_at=0, status="ready"), payment(2)])
        assert agrees(copy, asked("김민수")) == [2, 1]


class TestIndex:
    def test_a_payment_that_changes_is_found_by_what_it_is_now(self, copy: sqlite3.Connection) -> None:
        save(copy, [payment(1, status="ready", paid_at=0, apply_num=None, buyer_name="박지현")])
        save(copy, [payment(1, started_at=NOON + 10**6, apply_num="77777777")], NOON + 9_000)
        assert agrees(copy, asked("박지현")) == []
        assert agrees(copy, asked("김민수")) == [1]
        assert agrees(copy, asked("7777777")) == [1]
        assert agrees(copy, asked("=미완료")) == []
        assert indexed(copy) == held(copy)

    def test_what_did_not_change_is_not_indexed_again(self, copy: sqlite3.Connection) -> None:
        save(copy, [payment(1)])
        before = copy.execute("SELECT place FROM payments").fetchall()
        save(copy, [payment(1, custom_data="x")], NOON + 9_000)
        assert copy.execute("SELECT place FROM payments").fetchall() == before

    def test_a_save_that_fails_leaves_rows_and_index_as_they_were(self, copy: sqlite3.Connection) -> None:
        save(copy, [payment(1)])
        copy.execute("BEGIN IMMEDIATE")
        payments._save(copy, [payment(2), payment(1, name="새 이름")], NOON + 9_000, None)
        copy.execute("ROLLBACK")
        assert indexed(copy) == held(copy)
        assert agrees(copy, asked("김민수")) == [1]

    def test_the_parts_that_saves_leave_are_merged_afterwards(self, copy: sqlite3.Connection) -> None:
        for turn in range(40):
            save(copy, [payment(40 * turn + n, name=f"꽃 {turn}") for n in range(20)], NOON + turn)
        assert parts_of(copy) == 40
        before = indexed(copy)
        while search_index.merge_some(copy):
            assert indexed(copy) == before
        assert parts_of(copy) < 20
        assert not search_index.merge_some(copy)
        assert len(agrees(copy, asked("꽃"))) == 800

    @pytest.mark.parametrize("larger", [0, 5_000_000_000])
    def test_ids_of_any_size_are_told_whole(self, copy: sqlite3.Connection, larger: int) -> None:
        save(copy, [payment(number) for number in range(1, 6)])
        copy.execute("UPDATE payments SET id = id + ?", (larger,))
        found = payment_queries.ids(copy, PaymentQuery())
        assert sorted(found) == [larger + number for number in range(1, 6)]

    def test_where_there_is_no_pause_the_parts_stay_few(self, copy: sqlite3.Connection) -> None:
        for turn in range(130):
            save(copy, [payment(turn)], NOON + turn)
            assert parts_of(copy) < 80
        assert len(agrees(copy, asked("김민수"))) == 130

    def test_ids_of_any_size_come_whole(self, copy: sqlite3.Connection) -> None:
        save(copy, [payment(n) for n in range(1, 5)])
        for id_, large in ((2, 2**31), (3, 2**32), (4, 2**62)):
            copy.execute("UPDATE payments SET id = ? WHERE id = ?", (large, id_))
            found = list(payment_queries.ids(copy, asked("김민수")))
            assert max(found) == large
            assert len(found) == 4

    def test_a_copy_from_before_there_was_an_index_is_taken_in_by_portions(self) -> None:
        copy = new_copy()
        save(copy, [payment(n, name=f"꽃 {n}") for n in range(1, 31)])
        copy.execute("UPDATE payments SET place = NULL")
        copy.execute("INSERT INTO payment_search (payment_search) VALUES ('delete-all')")
        assert not search_index.is_complete(copy)
        save(copy, [payment(30, name="나무")], NOON + 9_000)
        assert search_index.build(copy, 10)
        assert list(payment_queries.ids(copy, asked("김민수"))) == list(range(30, 20, -1))
        save(copy, [payment(31), payment(1, name="잎"), payment(29, name="풀")], NOON + 20_000)
        while search_index.build(copy, 10):
            pass
        assert search_index.is_complete(copy)
        assert indexed(copy) == held(copy)
        assert agrees(copy, asked("김민수")) == list(range(31, 0, -1))
        copy.close()


@pytest.mark.parametrize("count", [0, 1, 2, 6_000, 40_000])
def test_a_long_list_of_numbers_is_read_in_portions(count: int) -> None:
    numbers = [7 * number for number in range(count)]
    found = payment_queries._numbers(f"[{','.join(map(str, numbers))}]", "I")
    assert list(found) == numbers
