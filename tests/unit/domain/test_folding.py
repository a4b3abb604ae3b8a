"""Texts a person takes for the same are the same once folded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.folding import fold, initials, is_initials, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        (unicodedata.normalize("NFD", "김민수"), "김민수"),
        ("KIM ÉMILE", "kim émile"),
        ("\uff21\uff22\uff11\uff12\u3000원", "ab12 원"),
        ("김\u200b민\u200b수", "김민수"),
        ("\u202e수철김\u202c", "수철김"),
        ("👩\u200d👩\u200d👧", "👩👩👧"),
        ("❤\ufe0f", "❤"),
        ("첫째 줄\n둘째\t줄\x1b[31m", "첫째 줄 둘째 줄[31m"),
        ("\u1100", "ㄱ"),
        ("STRASSE ß", "strasse ss"),
        ("", ""),
    ],
)
def test_what_looks_the_same_folds_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composition_and_case_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text).upper().lower()) == fold(fold(text).upper())


def test_initials_are_the_leading_consonants() -> None:
    assert initials("김민수 a1 뷁") == "ㄱㅁㅅ a1 ㅂ"
    assert initials("가힣") == "ㄱㅎ"
    assert is_initials("ㄱㅃ")
    assert is_initials("ㅇㅇㅍ15")
    assert not is_initials("a1")
    assert not is_initials("ㄱ수")
    assert not is_initials("ㅏ")
    assert not is_initials("")


def test_dashes_and_spaces_of_a_number_do_not_count() -> None:
    assert squeeze("010-1234 5678") == "01012345678"


def test_initials_of_every_character_there_is() -> None:
    everything = "".join(chr(code) for code in range(0x110000))
    told = initials(everything)
    assert len(told) == len(everything)
    syllables = range(0xAC00, 0xD7A4)
    assert told[: syllables.start] == everything[: syllables.start]
    assert told[syllables.stop :] == everything[syllables.stop :]
    leads = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
    assert told[syllables.start : syllables.stop] == "".join(lead * 588 for lead in leads)
