"""Texts that make searching hard, payments made of them, and what a person may type to find those."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from portdesk.domain.payments import Payment
from samples.payments import NOON, payment

FRAGMENTS: Final = {
    "syllables": ("김", "민수", "이지현", "꽃다발", "값", "뷁", "힣", "가각"),
    "jamo": ("ㄱ", "ㄱㅁㅅ", "ㅋㅋ", "ㅏ", "ㄳ", "ㅡ"),
    "conjoining": ("\u1100", "\u1112\u1161\u11ab", "\u1100\u1161", "\u11a8", "\u1161", "\u115f", "\u1113"),
    "scripts": ("Rose", "aB", "中日", "ラーメン", "ー", "Дом", "שלום", "ไทย", "𐐀𐐨", "ﾊﾝ", "ﾡ", "㈜", "(주)"),
    "case": ("ß", "ẞ", "İ", "ı", "ſ", "ΣΑΣ", "ς", "ŉ", "ΐ", "K", "Ǆ", "ǅ", "Straße"),  # noqa: RUF001
    "marks": ("é", "e\u0301", "a\u0323\u0307", "\u0301", "Å", "Å", "ñ", "각\u0301"),
    "compatible": ("Ａｂ１", "＊", "－", "（", "ﬁ", "ﬃ", "①", "㎏", "½", "ﷺ"),  # noqa: RUF001
    "emoji": ("🌷", "👩\u200d👩\u200d👧", "🇰🇷", "🇷🇺🇰🇷", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3"),
    "dashes": ("-", "--", "\u2010", "\u2011", "\u2013", "—", "\u2212", "\ufe63", "-a-"),
    "blanks": (" ", "\u00a0", "\u3000", "\u2003", "\u202f", "\u1680", "\t", "\r\n", "\u2028", "\x1f"),
    "unseen": ("\u200b", "\u200c", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u2060", "\ufe0e"),
    "control": ("\x00", "\x01", "\x02", "\x03", "\x1b", "\x7f", "\x85", "\x9f"),
    "syntax": ('"', '""', "*", "**", "^", "NEAR(", "AND", "OR", "NOT", "tokens:", "{a}", "+", ":", "(", ")"),
    "digits": ("0", "010", "9900", "1234", "12-34", "٣", "5678"),
    "long": ("가나다라마바사" * 40, "ab" * 150, "-" * 90),
}  # fmt: skip
"""What texts are put together of, by the kind of trouble it makes."""

LETTERS: Final = ("김", "이", "민", "수", "ㄱ", "a", "B", "1", "2", "-", " ", "*", "é", "🌷")
TELS: Final = (
    *("010-1234-5678", "01012345678", "010 9876 5432", "+82 10-1111-2222", "02-123-4567", "82.10.1234.5678"),
    *("０１０－１２３４－５６７８", "010\u20131234\u20135678", "+82(0)10-1234-5678"),  # noqa: RUF001
    *("010-****-5678", "", "+"),
)  # fmt: skip
CARDS: Final = ("451842******1234", "4092020000001234", "****-****-****-1234", "4518-42**-****-12")
PROVIDERS: Final = ("html5_inicis", "kcp", "tosspayments", "kakaopay", "nice_v2", "new pg!")
METHODS: Final = ("card", "vbank", "phone", "kakaopay", "point")
CURRENCIES: Final = ("KRW", "KRW", "USD", "JPY", "", "'; --")
AMOUNTS: Final = (
    *(0, 1, 9900, 38000, 39000, 65535, 65536, Decimal("12.5"), Decimal("6.5535"), -500),
    *(10**13 - 1, Decimal("9999999999999.9999"), -(10**13) + 1),
    *(10**13, 10**18, Decimal("0.00001"), Decimal("1E+20")),
)
"""The last row cannot be told in ten-thousandths of 64 bits."""

fragments = st.sampled_from(tuple(FRAGMENTS)).flatmap(lambda kind: st.sampled_from(FRAGMENTS[kind]))
texts = (
    st.lists(fragments, max_size=5).map("".join)
    | st.lists(st.sampled_from(LETTERS), max_size=10).map("".join)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
)
ids = st.text("abAB01239-_.@", max_size=14) | texts
spans = st.integers(-40, 40).map(lambda number: NOON + number * 9_000)
times = spans | st.integers(NOON - 3 * 86_400, NOON + 86_400)


def kinds_in(text: str) -> set[str]:
    """The kinds of trouble a text has in it."""
    return {kind for kind, parts in FRAGMENTS.items() if any(part in text for part in parts)}


@st.composite
def payments(draw: st.DrawFn, number: int, names: st.SearchStrategy[str] = texts) -> Payment:
    """The payment of this number, any of its fields being troublesome or missing."""
    status = draw(st.sampled_from(("paid", "paid", "ready", "failed", "cancelled", "odd")))
    started_at = draw(times)
    timeless = draw(st.integers(0, 5)) == 0
    fields: dict[str, Any] = {
        "name": draw(st.none() | names),
        "buyer_name": draw(st.none() | st.just("김민수") | names),
        "buyer_email": draw(st.none() | ids),
        "buyer_tel": draw(st.none() | st.sampled_from(TELS)),
        "merchant_uid": draw(ids) or "x",
        "customer_uid": draw(st.none() | ids),
        "apply_num": draw(st.none() | st.text("0123456789", max_size=8)),
        "card_number": draw(st.none() | st.sampled_from(CARDS)),
        "card_name": draw(st.sampled_from((None, "", "BC카드", "신한"))),
        "pay_method": draw(st.sampled_from(METHODS)),
        "pg_provider": draw(st.sampled_from(PROVIDERS)),
        "emb_pg_provider": draw(st.none() | st.sampled_from(PROVIDERS)),
        "amount": draw(st.sampled_from(AMOUNTS)),
        "cancel_amount": draw(st.sampled_from((0, 1000, 38000, *AMOUNTS[-4:])))
        if status == "cancelled"
        else 0,
        "currency": draw(st.sampled_from(CURRENCIES)),
        "vbank_num": draw(st.none() | st.just("110")) if status == "ready" else None,
        "sandbox": draw(st.booleans()),
        "started_at": 0 if timeless else started_at,
        "paid_at": started_at + 30 if status in {"paid", "cancelled"} and not timeless else 0,
        "cancelled_at": started_at + draw(st.sampled_from((60, 90_000))) if status == "cancelled" else 0,
    }
    return payment(number, imp_uid=f"imp_{number:09d}", status=status, **fields)


def otherwise(text: str) -> tuple[str, ...]:
    """The same text as other keyboards, systems and habits write it; nobody would call it another."""
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    return (
        text,
        unicodedata.normalize("NFD", text),
        text.upper() if text.upper().casefold() == text else text,
        wide,
        "\u200b".join(text),
        "\ufeff" + text + "\u2069",
    )
