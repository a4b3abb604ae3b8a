from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from portdesk.sandbox.book import ALL, Book, Window
from portdesk.sandbox.clock import DAY
from portdesk.sandbox.record import Payment, pay
from portdesk.sandbox.seed import Florist
from unit.sandbox.shopkeeper import NOW


def florist(payments: int = 200) -> Florist:
    return Florist(seed=3, now=NOW, payments=payments, gives_cancellation_id=True)


@pytest.fixture
def book() -> Book:
    return Book.create(None, florist().history())


def waiting(book: Book) -> Payment:
    return next(book.payments("status = 0 and tier = 0"))


class TestPacking:
    def test_payments_come_out_as_they_went_in(self, book: Book) -> None:
        made = {entry.payment["imp_uid"]: entry.payment for entry in florist().history()}

        for payment in book.payments():
            assert msgspec.to_builtins(made[payment["imp_uid"]], builtin_types=()) == msgspec.to_builtins(
                payment
            ) or all(payment[name] == _listed(value) for name, value in made[payment["imp_uid"]].items())


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


class TestPages:
    def test_a_change_moves_a_payment_between_the_questions(self, book: Book) -> None:
        payment = waiting(book)
        before = Window(tier=0, status="ready", since=0, until=NOW)
        after = Window(tier=0, status="paid", since=NOW, until=NOW)
        count = book.total(before)

        book.save(pay(payment, NOW), tier=0, at=NOW)

        assert book.total(before) == count - 1
        (text,) = book.page(after, offset=0, limit=9)
        assert msgspec.json.decode(text)["imp_uid"] == payment["imp_uid"]

    def test_an_old_start_with_a_late_end_is_found_in_the_window_of_its_end(self, book: Book) -> None:
        payment = next(book.payments("status = 1 and tier = 0"))
        book.save(payment | {"status": "cancelled", "cancelled_at": NOW}, tier=0, at=NOW)

        window = Window(tier=0, status="cancelled", since=NOW - DAY, until=NOW)

        uids = [msgspec.json.decode(text)["imp_uid"] for text in book.page(window, offset=0, limit=99)]
        assert payment["imp_uid"] in uids


class TestLookingBack:
    def test_changes_are_undone_for_a_while(self, book: Book) -> None:
        payment = waiting(book)
        window = Window(tier=0, status=ALL, since=NOW - 90 * DAY, until=NOW)
        total = book.total(window)
        book.save(pay(payment, NOW - 5), tier=0, at=NOW - 5)
        book.save(payment | {"imp_uid": "imp_new", "started_at": NOW - 3}, tier=0, at=NOW - 3)

        with book.looking_back(changes=1):
            assert book.find("imp_new", 0) is None
            assert (book.find(payment["imp_uid"], 0) or {})["status"] == "paid"
        with book.looking_back(before=NOW - 6):
            assert (book.find(payment["imp_uid"], 0) or {})["status"] == "ready"
            assert book.total(window) == total

        assert book.find("imp_new", 0) is not None
        assert (book.find(payment["imp_uid"], 0) or {})["status"] == "paid"


class TestFile:
    def test_a_book_is_found_again(self, tmp_path: Path) -> None:
        path = tmp_path / "shop.db"
        made = Book.create(path, florist().history())
        counts, payments = made.counts(0), list(made.payments())
        made.close()

        book = Book.reopen(path)

        assert book.counts(0) == counts
        assert list(book.payments()) == payments
        book.close()

    def test_another_programs_file_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "shop.db"
        path.write_bytes(b"something else entirely" * 100)

        with pytest.raises(ValueError, match=r"shop\.db was not made"):
            Book.reopen(path)
        assert path.read_bytes() == b"something else entirely" * 100
