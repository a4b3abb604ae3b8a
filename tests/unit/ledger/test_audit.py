from __future__ import annotations

import pytest
from msgspec.structs import replace

from portdesk.ledger.audit import GENESIS, Head, Row, canonical, digest, sealed, verify


def row(number: int, **fields: object) -> Row:
    return replace(
        Row(height=0, at="t", actor="kim", event="e", subject=f"s{number}", detail={"n": number}, rows={}),
        **fields,
    )


def chain(length: int = 6) -> list[Row]:
    rows, head = [], Head()
    for number in range(length):
        rows.append(sealed(row(number, rows={f"x/{number % 2}": str(number)}), head))
        head = Head(rows[-1].height, rows[-1].hash)
    return rows


def test_a_sound_chain_tells_its_head_and_what_it_covers() -> None:
    rows = chain()
    head, covered, gap = verify(rows)

    assert head == Head(6, rows[-1].hash)
    assert covered == {"x/0": "4", "x/1": "5"}
    assert gap is None
    assert verify([]) == (Head(0, GENESIS), {}, None)


def test_a_known_chain_has_the_same_hash_for_ever() -> None:
    assert chain()[-1].hash[:12] == "61a91a4af76a"


@pytest.mark.parametrize("field", ["at", "actor", "event", "subject"])
def test_every_changed_word_is_noticed(field: str) -> None:
    rows = chain()
    rows[2] = replace(rows[2], **{field: "x"})

    assert verify(rows)[2].height == 3
    assert verify(rows)[2].why == "a row was changed"


@pytest.mark.parametrize("change", [{"detail": {"n": 9}}, {"rows": {}}, {"hash": "0" * 64}])
def test_so_is_every_changed_part(change: dict[str, object]) -> None:
    rows = chain()
    rows[0] = replace(rows[0], **change)

    head, covered, gap = verify(rows)
    assert (head, covered, gap.height) == (Head(), {}, 1)


def test_a_row_that_was_changed_and_hashed_anew_breaks_the_next() -> None:
    rows = chain()
    rows[2] = sealed(replace(rows[2], actor="x"), Head(2, rows[1].hash))

    assert verify(rows)[2].height == 4


def test_a_row_taken_out_and_rows_that_changed_places() -> None:
    rows = chain()

    assert verify(rows[:2] + rows[3:])[2].why == "a row is missing"
    assert verify(rows[:2] + rows[3:])[2].height == 3
    assert verify([rows[1], rows[0], *rows[2:]])[2].height == 1


def test_what_is_kept_elsewhere_shows_a_cut_and_another_history() -> None:
    rows = chain()
    kept = Head(5, rows[4].hash)

    assert verify(rows, kept)[2] is None
    assert verify(rows[:5], kept)[2] is None
    cut = verify(rows[:4], kept)[2]
    assert (cut.height, cut.why) == (5, "the end is missing")
    other = verify(rows, Head(5, "x"))[2]
    assert (other.height, other.why) == (5, "another history")


def test_equal_values_are_spelt_alike() -> None:
    assert canonical({"b": 1, "a": "가"}) == '{"a":"가","b":1}'.encode()
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    assert len(digest(1)) == 64


def test_a_head_can_be_read_out() -> None:
    spoken = Head(1, "0123456789abcdef" * 4).spoken.split(" ")

    assert len(spoken) == 12
    assert spoken[:2] == ["0123", "4567"]
