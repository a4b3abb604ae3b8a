"""Whatever a payment has in it finds it, and finds nothing else, however it is typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from doubles.indexed import make_bounds_small
from doubles.looking import Looking, alike, initials, unspaced
from portdesk.domain.messages import Message
from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import Payment, PaymentState
from portdesk.domain.search import understand
from portdesk.domain.search_terms import Term, Words
from portdesk.domain.times import KST, from_unix
from portdesk.store import first_rows, payment_queries
from portdesk.store import payments as saving
from portdesk.store.migrations import MIGRATIONS, migrate
from samples.payments import NOON, payment
from samples.searched import FRAGMENTS, TELS, fragments, kinds_in, otherwise, payments, texts, times

NOW = datetime(2026, 9, 21, 23, tzinfo=KST)
LIMITS = (1, 3, 200)


class Copy:
    """A local copy in memory, and the same payments as a list to look through."""

    def __init__(self, objects: list[Payment]) -> None:
        self.looking = Looking()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.deserialize(EMPTY)
        self.save(objects)

    def save(self, objects: list[Payment], read_at: int = NOON) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        saving._save(self.connection, objects, read_at, None)
        self.connection.execute("COMMIT")
        self.looking.save(objects)

    def found(self, query: PaymentQuery) -> list[str]:
        """The answer, which is what a look at every payment finds."""
        ids = payment_queries.ids(self.connection, query)
        uids = [row.imp_uid for row in payment_queries.rows(self.connection, ids)]
        assert uids == self.looking.answer(query)
        return uids

    def found_in_every_way(self, query: PaymentQuery) -> list[str]:
        """The same, where its beginning, its number and its sums agree too."""
        ids = list(payment_queries.ids(self.connection, query))
        assert payment_queries.count(self.connection, query) == len(ids)
        assert payment_queries.totals(self.connection, query) == self.looking.totals(query)
        for limit in LIMITS:
            assert list(first_rows.first_ids(self.connection, query, limit)) == ids[:limit]
        return self.found(query)


def empty() -> bytes:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, MIGRATIONS)
    image = connection.serialize()
    connection.close()
    return image


EMPTY = empty()


@pytest.fixture(autouse=True)
def small_bounds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        make_bounds_small(patch, slot_bits=2, rows=3)
        yield


def typed(text: str, **filters: object) -> PaymentQuery:
    return PaymentQuery(terms=understand(text, NOW).terms, **filters)  # type: ignore[arg-type] # as told


def words(*found: str) -> PaymentQuery:
    return PaymentQuery(terms=tuple(Term(word, Message("x"), (Words((word,)),)) for word in found))


@st.composite
def several(draw: st.DrawFn) -> list[Payment]:
    return [draw(payments(number)) for number in range(1, draw(st.integers(1, 6)) + 1)]


def parts_of_names(object_: Payment) -> list[str]:
    """The words in the names of a payment, and those of their initials."""
    names = [alike(name).replace("*", " ") for name in (object_.name, object_.buyer_name) if name]
    return [word for name in names for word in (*name.split(), *initials(name).split())]


def parts_of_ids(object_: Payment) -> list[str]:
    """What stands between the stars of the ids and numbers of a payment, with dashes and without."""
    fields = (
        *(object_.buyer_email, object_.buyer_tel, object_.merchant_uid, object_.imp_uid),
        *(object_.customer_uid, object_.apply_num, object_.card_number),
    )
    bare = [part for field in fields if field for part in unspaced(field).replace("-", "").split("*")]
    return [part for part in bare if len(part) >= 3]


class TestParts:
    @given(objects=several(), data=st.data())
    def test_any_part_finds_its_payment_however_it_is_typed(
        self, objects: list[Payment], data: st.DataObject
    ) -> None:
        copy = Copy(objects)
        for object_ in objects:
            parts = [(part, 1) for part in parts_of_names(object_)]
            parts += [(part, 3) for part in parts_of_ids(object_)]
            part, least = data.draw(st.sampled_from(parts))
            start = data.draw(st.integers(0, len(part) - least))
            word = part[start : data.draw(st.integers(start + least, min(len(part), start + 60)))]
            for kind in kinds_in(word):
                event(f"asked for {kind}")
            event(f"length {min(len(word), 6)}")
            assert object_.imp_uid in copy.found_in_every_way(words(word))
            for text in () if '"' in word else otherwise(word):
                assert object_.imp_uid in copy.found(typed(f'"{text}"')), ascii(text)

    @given(
        objects=several(),
        text=texts | st.lists(fragments, max_size=8).map(" ".join),
        sort=st.sampled_from(PaymentSort),
        descending=st.booleans(),
        since=st.none() | times,
        until=st.none() | times,
        returned_since=st.none() | times,
        states=st.frozensets(st.sampled_from(PaymentState), max_size=2),
        test_channel=st.none() | st.booleans(),
    )
    def test_whatever_is_typed_finds_what_a_look_finds(
        self, objects: list[Payment], text: str, since: int, until: int, returned_since: int, **asking: object
    ) -> None:
        copy = Copy(objects)
        for kind in kinds_in(text):
            event(f"typed {kind}")
        bounds = {
            name: None if at is None else from_unix(at)
            for name, at in (("since", since), ("until", until), ("returned_since", returned_since))
        }
        found = copy.found_in_every_way(typed(text, **bounds, **asking))
        event(f"finds {min(len(found), 2)} of {min(len(objects), 2)}")
        for everybody in ("", "imp_0"):
            copy.found_in_every_way(typed(everybody, **bounds, **asking))

    @pytest.mark.parametrize("kind", FRAGMENTS)
    def test_every_kind_of_text_is_found_by_each_of_its_parts(self, kind: str) -> None:
        objects = [
            payment(
                number, name=f"가{fragment}나 {fragment}", buyer_name=fragment, merchant_uid=f"A-{fragment}"
            )
            for number, fragment in enumerate(FRAGMENTS[kind])
        ]
        copy = Copy([*objects, payment(90, name="AND", buyer_name=None)])
        for object_ in objects:
            for part, least in (
                *((part, 1) for part in parts_of_names(object_)),
                *((part, 3) for part in parts_of_ids(object_)[:2]),
            ):
                longest = min(len(part), 8)
                for start in range(longest - least + 1):
                    for end in {start + least, longest}:
                        assert object_.imp_uid in copy.found(words(part[start:end])), ascii(part[start:end])

    @pytest.mark.parametrize("fragment", [part for parts in FRAGMENTS.values() for part in parts])
    def test_every_kind_of_text_can_be_typed(self, fragment: str) -> None:
        copy = Copy([payment(1, name=f"가{fragment}"), payment(2, buyer_name="나", name=fragment)])
        for text in (
            fragment,
            fragment * 3,
            f"나 {fragment}",
            f"={fragment}",
            f">{fragment}",
            f'"{fragment}',
        ):
            copy.found(typed(text))


class TestNumbers:
    def test_what_stands_between_two_dashes_stands_there(self) -> None:
        copy = Copy([payment(1, merchant_uid="x-abcdab-y"), payment(2, merchant_uid="x-ab-y")])
        assert copy.found(words("-ab-")) == ["imp_000000000002"]
        assert copy.found(words("b-y")) == ["imp_000000000002", "imp_000000000001"]

    @pytest.mark.parametrize("tel", [tel for tel in TELS if sum(c.isdecimal() for c in tel) > 10])
    def test_a_phone_number_is_found_by_all_that_a_caller_may_say(self, tel: str) -> None:
        less = {"apply_num": None, "card_number": None}
        copy = Copy([payment(1, buyer_tel=tel, **less), payment(2, buyer_tel=None, **less)])
        digits = "".join(character for character in alike(tel) if character.isdecimal())
        home = "0" + digits[2:].lstrip("0") if digits.startswith("82") else digits
        head, middle, end = home[:-8], home[-8:-4], home[-4:]
        for text in (
            *(home, f"{head}-{middle}-{end}", f"{head} {middle} {end}", f"{head}.{middle}.{end}"),
            *(
                f"{head}\u2011{middle}\u2013{end}",
                f"({head}){middle}-{end}",
                f"{middle}-{end}",
                end,
                home[2:7],
            ),
            *(f"+82 {head[1:]} {middle} {end}", f"+82-{head[1:]}-{middle}-{end}", f"\u202a{home}\u202c"),
        ):
            assert copy.found(typed(text)) == ["imp_000000000001"], text
