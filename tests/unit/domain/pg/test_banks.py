"""The bank tables again, typed from PortOne's page, and how numbers are written."""

from __future__ import annotations

import pytest

from portdesk.domain.pg.banks import bank_table, bare_number, refund_banks

STANDARD = [
    "004",
    "023",
    "039",
    "034",
    "003",
    "011",
    "031",
    "032",
    "002",
    "045",
    "007",
    "088",
    "048",
    "081",
    "020",
    "071",
    "037",
    "012",
    "090",
    "089",
    "027",
    "092",
]
INICIS = [
    "04",
    "23",
    "39",
    "34",
    "03",
    "11",
    "31",
    "32",
    "02",
    "45",
    "07",
    "88",
    "48",
    "81",
    "20",
    "71",
    "37",
    "12",
    "90",
    "89",
    "27",
    "92",
]
KCP = [
    "BK04", "BK23", "BK39", "BK34", "BK03", "BK11", "BK31", "BK32", "BK02", "BK45", "BK07", "BK88", "BK48",
    "BK81", "BK20", "BK71", "BK37", "BK12", "BK90", "BK89", "BK27", "BK92",
]  # fmt: skip
KIWOOM = ["04", "11", "03", "08", "15", "10", "05", "09", "31", "12"]
NICE_V2 = ["004", "023", "034", "003", "011", "031", "032", "088", "081", "020", "071", "089"]
WELCOME = ["004", "034", "039", "003", "031", "032", "007", "088", "081", "020", "037", "089"]


@pytest.mark.parametrize(
    ("pg", "codes"),
    [
        ("html5_inicis", INICIS),
        ("inicis", INICIS),
        ("kcp", KCP),
        ("kcp_quick", KCP),
        ("daou", KIWOOM),
        ("nice_v2", NICE_V2),
        ("welcome", WELCOME),
        *(
            (pg, STANDARD)
            for pg in ("tosspayments", "danal", "nice", "kicc", "smartro", "smartro_v2", "settle")
        ),
        ("ksnet", STANDARD),
        ("somepg", STANDARD),
        (None, STANDARD),
    ],
)
def test_the_codes_of_a_pg(pg: str | None, codes: list[str]) -> None:
    assert {choice.code for choice in refund_banks(pg)} == set(codes)


@pytest.mark.parametrize(
    ("pg", "code", "name"),
    [
        ("html5_inicis", "88", "신한은행"),
        ("html5_inicis", "31", "대구은행"),
        ("kcp", "BK11", "농협"),
        ("daou", "11", "SC제일은행"),
        ("daou", "31", "우체국"),
        ("daou", "10", "신한은행"),
        ("daou", "08", "농협"),
        ("daou", "05", "외환은행"),
        ("tosspayments", "011", "농협"),
        ("nice_v2", "071", "우체국"),
        ("welcome", "007", "수협"),
    ],
)
def test_the_bank_behind_a_code(pg: str, code: str, name: str) -> None:
    assert [choice.name for choice in refund_banks(pg) if choice.code == code] == [name]


def test_banks_are_sorted_by_name_and_named_once() -> None:
    for pg in ("html5_inicis", "daou", "welcome", None):
        names = [choice.name for choice in refund_banks(pg)]
        assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("pg", "assumed"), [("ksnet", True), ("galaxia", True), (None, True), ("kcp", False)]
)
def test_a_table_that_nobody_published_says_so(pg: str | None, assumed: bool) -> None:
    assert bank_table(pg).is_assumed is assumed


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("110-123-456789", "110123456789"),
        ("110 123 456789", "110123456789"),
        (" 110\u2013123\u2014456789\t", "110123456789"),
        ("010-1234-5678", "01012345678"),
        ("--", ""),
        ("11a", "11a"),
    ],
)
def test_numbers_lose_their_hyphens(typed: str, sent: str) -> None:
    assert bare_number(typed) == sent
