"""Payments go in and come out exactly; only newer readings replace a row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.ids import ImpUid
from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import Payment, PaymentState, payment_from_wire
from portdesk.domain.times import from_unix
from portdesk.store.database import Database
from portdesk.store.payment_columns import payment_of, wire_bytes
from portdesk.store.payments import PaymentStore
from samples.payments import NOON, payment, wire

pytestmark = pytest.mark.anyio


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


READ_AT = at(NOON + 1000)


def states_of(rows: list) -> list[PaymentState]:
    return [row.state for row in rows]


class TestSave:
    async def test_the_whole_object_comes_back(self, store: PaymentStore) -> None:
        saved = payment(
            1, amount=Decimal("12.50"), currency="USD", not_yet_published={"a": [1, Decimal("0.10")]}
        )
        assert await store.save([saved], read_at=READ_AT) == {saved.imp_uid}
        known = await store.find(saved.imp_uid)
        assert known is not None
        assert known.payment == saved
        assert known.payment.wire == saved.wire
        assert known.read_at == READ_AT

    async def test_an_unknown_payment_is_not_found(self, store: PaymentStore) -> None:
        assert await store.find(ImpUid("imp_0")) is None

    async def test_a_row_that_did_not_change_is_not_written(
        self, store: PaymentStore, database: Database
    ) -> None:
        await store.save([payment(n) for n in range(50)], read_at=READ_AT)

        def writes(connection) -> int:
            return connection.total_changes

        before = await database.write(writes)
        changed = await store.save([payment(n) for n in range(50)], read_at=at(NOON + 9000))
        assert changed == frozenset()
        assert await database.write(writes) == before

    async def test_only_what_changed_is_named(self, store: PaymentStore) -> None:
        await store.save([payment(1), payment(2)], read_at=READ_AT)
        returned = payment(2, status="cancelled", cancel_amount=38000, cancelled_at=NOON + 500)
        changed = await store.save([payment(1), returned, payment(3)], read_at=READ_AT)
        assert changed == {payment(2).imp_uid, payment(3).imp_uid}

    async def test_an_id_stays_with_its_payment(self, store: PaymentStore) -> None:
        await store.save([payment(1), payment(2)], read_at=READ_AT)
        before = await store.ids_of([payment(1).imp_uid, payment(2).imp_uid])
        await store.save(
            [payment(1, status="cancelled", cancel_amount=100, cancelled_at=NOON + 500), payment(3)],
            read_at=READ_AT,
        )
        assert await store.ids_of([payment(1).imp_uid, payment(2).imp_uid]) == before

    async def test_names_are_those_of_the_payments_it_knows(self, store: PaymentStore) -> None:
        await store.save([payment(1, name="작약", buyer_name=None)], read_at=READ_AT)

        named = await store.names_of([payment(1).imp_uid, payment(2).imp_uid])

        assert named == {payment(1).imp_uid: ("작약", "")}

    async def test_a_stale_page_does_not_undo_a_refund(self, store: PaymentStore) -> None:
        returned = payment(1, status="cancelled", cancel_amount=38000, cancelled_at=NOON + 500)
        await store.save([returned], read_at=at(NOON + 510))
        assert await store.save([payment(1)], read_at=at(NOON + 520)) == frozenset()
        known = await store.find(returned.imp_uid)
        assert known is not None
        assert known.payment == returned

    async def test_the_server_may_take_a_step_back_in_the_end(self, store: PaymentStore) -> None:
        returned = payment(1, status="cancelled", cancel_amount=38000, cancelled_at=NOON + 500)
        await store.save([returned], read_at=at(NOON + 510))
        assert await store.save([payment(1)], read_at=at(NOON + 510 + 601)) == {returned.imp_uid}

    async def test_of_two_versions_in_one_page_the_newer_stays(self, store: PaymentStore) -> None:
        part = payment(1, status="cancelled", cancel_amount=100, cancelled_at=NOON + 500)
        for page in ([payment(1), part], [part, payment(1)]):
            await store.save(page, read_at=READ_AT)
            known = await store.find(part.imp_uid)
            assert known is not None
            assert known.payment == part

    async def test_a_confirmed_row_was_read_later(self, store: PaymentStore) -> None:
        await store.save([payment(1)], read_at=READ_AT)
        await store.confirm(payment(1).imp_uid, read_at=at(NOON + 2000))
        await store.confirm(payment(1).imp_uid, read_at=at(NOON + 1500))
        known = await store.find(payment(1).imp_uid)
        assert known is not None
        assert known.read_at == at(NOON + 2000)

    async def test_hostile_text_is_kept_as_it_is(self, store: PaymentStore) -> None:
        name = "<b>\x00\u202e'; DROP TABLE payments; --\U0001f600" + "가" * 100_000
        saved = payment(1, name=name, buyer_name="")
        await store.save([saved], read_at=READ_AT)
        (row,) = await store.rows(await store.ids(PaymentQuery()))
        assert row.name == name
        assert row.buyer_name == ""


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=None)


class TestExactness:
    @given(amount=numbers | st.integers(), cancel_amount=numbers | st.integers())
    def test_any_number_comes_back_exactly(self, amount, cancel_amount) -> None:
        object_ = payment_from_wire(wire(1, amount=amount, cancel_amount=cancel_amount, custom=amount))
        again = payment_of(wire_bytes(object_))
        assert again == object_
        assert (
            again.amount.compare_total(object_.amount) == 0
            or isinstance(amount, int)
            or again.amount == amount
        )

    async def test_sums_no_column_can_hold_are_still_exact(self, store: PaymentStore) -> None:
        odd = payment(1, amount=Decimal("0.00001"), cancel_amount=0, currency="USD")
        huge = payment(2, amount=Decimal("1E+400"), currency="USD")
        await store.save([odd, huge, payment(3, amount=Decimal("2.5"), currency="USD")], read_at=READ_AT)
        rows = await store.rows(await store.ids(PaymentQuery(descending=False)))
        assert [row.amount for row in rows] == [Decimal("0.00001"), Decimal("1E+400"), Decimal("2.5")]
        (total,) = await store.totals(PaymentQuery(until=from_unix(NOON + 32)))
        assert total.paid == Decimal("0.00001")

    async def test_every_currency_has_its_own_sums(self, store: PaymentStore) -> None:
        currencies = {"KRW": 5, "JPY": 3, "": 2, "USD": 1, "'; --": 1}
        held = [currency for currency, number in currencies.items() for _ in range(number)]
        await store.save(
            [payment(n, amount=100 + n, currency=currency) for n, currency in enumerate(held)],
            read_at=READ_AT,
        )
        totals = await store.totals(PaymentQuery())
        assert [(total.currency, total.rows) for total in totals] == [
            *(("KRW", 5), ("JPY", 3), ("", 2)),
            *(("'; --", 1), ("USD", 1)),
        ]
        assert [total.paid for total in totals] == [510, 318, 217, 111, 110]
        late = await store.totals(
            PaymentQuery(since=from_unix(NOON + 39), states=frozenset({PaymentState.PAID}))
        )
        assert sum(total.paid for total in late) == 109 + 110 + 111

    async def test_a_sum_beyond_64_bits_is_exact(self, store: PaymentStore) -> None:
        amount, back = Decimal(10**13) - Decimal("0.0001"), Decimal(10**12) - Decimal("0.0001")
        huge = [
            payment(n, amount=amount, cancel_amount=back, status="cancelled", currency=currency)
            for n, currency in enumerate(["KRW"] * 200 + ["USD"] * 150 + ["JPY"] * 120, 1)
        ]
        await store.save(huge, read_at=READ_AT)
        totals = await store.totals(PaymentQuery())
        assert [(total.currency, total.rows, total.paid, total.returned) for total in totals] == [
            (currency, rows, rows * amount, rows * back)
            for currency, rows in (("KRW", 200), ("USD", 150), ("JPY", 120))
        ]


class TestQuery:
    @pytest.fixture(autouse=True)
    async def mixed(self, store: PaymentStore) -> list[Payment]:
        payments = [
            payment(1, name="나"),
            payment(2, name="가", sandbox=True),
            payment(3, name=None, status="failed", paid_at=0, failed_at=NOON + 100),
            payment(4, name="다", status="ready", paid_at=0),
            payment(
                5,
                name="라",
                status="ready",
                paid_at=0,
                vbank_num="110",
                vbank_name="신한은행",
                card_name=None,
            ),
            payment(6, name="마", status="cancelled", cancel_amount=1000, cancelled_at=NOON + 900),
            payment(7, name="바", status="cancelled", cancel_amount=38000, cancelled_at=NOON + 901),
            payment(8, name="사", status="pending"),
            payment(9, name="아", amount=Decimal("12.34"), currency="USD"),
        ]
        await store.save(payments, read_at=READ_AT)
        return payments

    async def numbers(self, store: PaymentStore, query: PaymentQuery) -> list[int]:
        return [int(row.imp_uid[4:]) for row in await store.rows(await store.ids(query))]

    async def test_the_newest_come_first_by_the_time_money_moved(self, store: PaymentStore) -> None:
        assert await self.numbers(store, PaymentQuery()) == [3, 9, 8, 7, 6, 2, 1, 5, 4]

    async def test_ascending_is_exactly_the_reverse(self, store: PaymentStore) -> None:
        newest = await store.ids(PaymentQuery())
        oldest = await store.ids(PaymentQuery(descending=False))
        assert list(newest) == list(reversed(oldest))

    @pytest.mark.parametrize("sort", PaymentSort)
    @pytest.mark.parametrize("descending", [True, False])
    async def test_every_order_holds_every_row_once(
        self, store: PaymentStore, *, sort: PaymentSort, descending: bool
    ) -> None:
        found = await store.ids(PaymentQuery(sort=sort, descending=descending))
        assert sorted(found) == list(range(1, 10))

    async def test_rows_without_a_value_come_last_either_way(self, store: PaymentStore) -> None:
        for descending in (True, False):
            query = PaymentQuery(sort=PaymentSort.NAME, descending=descending)
            assert (await self.numbers(store, query))[-1] == 3

    @pytest.mark.parametrize("state", PaymentState)
    async def test_a_state_finds_the_rows_that_show_it(
        self, store: PaymentStore, state: PaymentState
    ) -> None:
        found = await store.rows(await store.ids(PaymentQuery(states=frozenset({state}))))
        assert found
        assert {row.state for row in found} == {state}
        assert len(found) == sum(row.state is state for row in await store.rows(range(1, 10)))

    async def test_the_period_includes_its_start_and_not_its_end(self, store: PaymentStore) -> None:
        query = PaymentQuery(since=from_unix(NOON + 31), until=from_unix(NOON + 36))
        assert await self.numbers(store, query) == [2, 1]

    async def test_test_channels_can_be_left_out_or_be_alone(self, store: PaymentStore) -> None:
        assert await self.numbers(store, PaymentQuery(test_channel=True)) == [2]
        assert await store.count(PaymentQuery(test_channel=False)) == 8

    async def test_rows_come_in_the_order_asked(self, store: PaymentStore) -> None:
        assert [int(row.imp_uid[4:]) for row in await store.rows([5, 1, 9])] == [5, 1, 9]

    async def test_a_row_says_what_the_payment_says(self, store: PaymentStore, mixed: list[Payment]) -> None:
        for row, object_ in zip(await store.rows(range(1, 10)), mixed, strict=True):
            assert row.charged == object_.charged
            assert row.returned == object_.returned
            assert row.state is object_.state
            assert row.started_at == object_.started_at
            assert row.cancelled_at == object_.cancelled_at
            assert row.is_test_channel == object_.is_test_channel

    async def test_the_instrument_is_whoever_holds_the_money(self, store: PaymentStore) -> None:
        assert [row.instrument for row in await store.rows([1, 5])] == ["BC카드", "신한은행"]

    async def test_totals_count_what_came_in_and_what_went_back(self, store: PaymentStore) -> None:
        won, dollars = await store.totals(PaymentQuery())
        assert (won.currency, won.rows, won.paid, won.returned) == ("KRW", 8, 4 * 38000, 39000)
        assert (dollars.currency, dollars.rows, dollars.paid) == ("USD", 1, Decimal("12.34"))

    async def test_a_position_is_the_place_in_the_list(self, store: PaymentStore) -> None:
        query = PaymentQuery()
        assert await store.position(payment(7).imp_uid, query) == 3
        assert await store.position(payment(7).imp_uid, PaymentQuery(test_channel=True)) is None
        assert await store.position(ImpUid("imp_none"), query) is None

    async def test_counts_by_final_status_are_inclusive(self, store: PaymentStore) -> None:
        assert await store.count_by_status("paid", NOON + 31, NOON + 32) == 2
        assert await store.uids_by_status("cancelled", NOON + 900, NOON + 900) == {payment(6).imp_uid}
