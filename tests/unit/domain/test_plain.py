"""Foreign text on one line: what is invisible in it can be seen, what is visible stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.plain import visible

HIDING = [*range(0x20), 0x7F, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x180E, *range(0x200B, 0x2010)]
HIDING += [
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0x2800,
    0x3164,
    0xFEFF,
    0xFFA0,
    0xD800,
    0xDFFF,
    0xE0041,
]


@pytest.mark.parametrize(
    "text",
    [
        "작약 한 다발 & 카드",
        "<b>승인됨</b>",
        "=HYPERLINK(1)",
        "l'été",
        "नमस्ते",
        "שלום",
        "Å",
        "각",
        "100 %",
        "”“",
    ],
)
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "emoji", ["💐", "👩‍🌾", "👨‍👩‍👧‍👦", "❤️", "❤️‍🔥", "🏃🏽‍♀️", "🏴‍☠️", "1️⃣", "🇰🇷", "✂️"], ids=ascii
)
def test_emoji_stay_whole(emoji: str) -> None:
    assert visible(f"꽃{emoji}집") == f"꽃{emoji}집"


@pytest.mark.parametrize("code", HIDING, ids="{:04X}".format)
def test_what_hides_is_spelled_out(code: int) -> None:
    shown = visible(f"김{chr(code)}민수")

    assert shown == ("김 민수" if chr(code) in "\n\t" else f"김⟨{code:04X}⟩민수")


def test_joiners_outside_emoji_are_spelled_out() -> None:
    assert visible("admin\u200d") == "admin⟨200D⟩"
    assert visible("💐\u200d") == "💐⟨200D⟩"
    assert visible("a\ufe0f") == "a⟨FE0F⟩"


def test_spaces_of_any_width_are_one_space_wide() -> None:
    assert visible("a\u3000b\u00a0c\u2003d") == "a b c d"


def test_a_tower_of_marks_is_cut() -> None:
    tower = "a" + "\u0301" * 40

    assert visible(tower).startswith("a\u0301\u0301\u0301⟨0301⟩")
    assert visible("Vie\u0302\u0323t") == "Vie\u0302\u0323t"


def test_length() -> None:
    assert visible("a" * 500) == "a" * 500
    assert visible("a" * 501) == "a" * 499 + "…"
    assert visible("가" * 1_000_000, 40) == "가" * 39 + "…"
    assert len(visible("\u202e" * 1_000_000, 40)) == 40


@given(st.text(st.characters(), max_size=300), st.integers(1, 200))
def test_nothing_hides_in_any_text(text: str, limit: int) -> None:
    shown = visible(text, limit)

    assert len(shown) <= limit
    for character in shown.replace("\u200d", ""):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown.encode("utf-8") or not text


@given(st.text(max_size=100))
def test_what_is_visible_stays_the_same(text: str) -> None:
    shown = visible(text)

    assert visible(shown) == shown
