"""Reads requests.txt: what a line says becomes a pay request, the shop's channels and the purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.checkout_parts import (
    Card,
    CardDetail,
    DirectCard,
    Display,
    EscrowProduct,
    NaverProduct,
    Period,
    Product,
    StoreDetails,
)
from portdesk.domain.reference import PgSetting
from portdesk.domain.times import KST

TABLE = Path(__file__).with_name("requests.txt")
NOW = datetime(2026, 9, 21, 14, tzinfo=KST)
BUYER = {
    "name": "장미",
    "buyer_name": "Jack Son",
    "buyer_tel": "010-1234-5678",
    "buyer_email": "test@example.com",
}
FLAGS: dict[str, dict[str, Any]] = {
    "key": {"customer_uid": "kim_0001"},
    "escrow": {"escrow": True},
    "digital": {"digital": True},
    "shipped": {"digital": False},
    "testmethod": {"use_test_method": True},
    "popup": {"popup": True},
    "cardsoff": {"card": Card(detail=(CardDetail(card_code="*", enabled=False),))},
    "noinfo": dict.fromkeys(BUYER),
    "kcpgoods": {
        "kcp_products": (EscrowProduct(order_number="1", name="꽃", quantity=1, amount=Decimal(1000)),)
    },
    "kiccgoods": {
        "kicc_products": (EscrowProduct(order_number="1", name="꽃", quantity=1, amount=Decimal(1000)),)
    },
    "navergoods": {
        "naver_products": (NaverProduct(category_type="BOOK", category_id="G", uid="1", name="책", count=1),)
    },
    "store": {"store_details": StoreDetails(business_name="바다꽃집")},
}
SUMS = {"tax_free", "vat_amount"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of the table."""

    line: int
    asked: str
    purpose: str
    found: str

    def __str__(self) -> str:
        return f"{self.line}: {self.asked}"

    @property
    def code(self) -> str:
        """The PG's code."""
        return self.asked.split()[0].partition(".")[0].removeprefix("~")

    @property
    def loud(self) -> dict[str, bool]:
        """The rules that block (true) or warn (false)."""
        words = [word for word in self.found.split() if word[0] not in "+~" and word != "-"]
        return {word.lstrip("!"): word.startswith("!") for word in words}

    def told(self, sign: str) -> set[str]:
        """The notes marked `+` (heard) or `~` (silent)."""
        return {word[1:] for word in self.found.split() if word.startswith(sign)}


@cache
def cases() -> tuple[Case, ...]:
    """Every line that is no comment."""
    found = []
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            asked, purpose, said = (part.strip() for part in line.split(" | "))
            found.append(Case(line=number, asked=asked, purpose=purpose, found=said))
    return tuple(found)


def purpose_of(case: Case) -> Purpose | None:
    return None if case.purpose == "." else Purpose(case.purpose)


def request_of(case: Case) -> PayRequest:
    pg, method, amount, *rest = case.asked.split()
    values: dict[str, Any] = {"merchant_uid": "order0001", "amount": Decimal(amount), **BUYER}
    values["pay_method"] = None if method == "." else method
    if pg != "nopg":
        values["pg"] = pg.removeprefix("~")
    bypass: dict[str, Any] = {}
    for word in rest:
        name, _, text = word.partition("=")
        if word in FLAGS:
            values |= FLAGS[word]
        elif name == "no":
            values[text] = None
        elif name.startswith("@"):
            put_in(bypass, name[1:], text)
        else:
            values |= value_of(name, text.replace("_", " ") if name in ("name", "buyer_name") else text)
    if bypass:
        values["bypass"] = bypass
    return PayRequest(**{name: value for name, value in values.items() if name not in ("mid", "channels")})


def value_of(name: str, text: str) -> dict[str, Any]:
    if name in SHAPED:
        return SHAPED[name](text)
    if name.endswith("*"):
        return {name[:-1]: "가" * int(text)}
    return {name: Decimal(text) if name in SUMS else text}


def direct(text: str) -> dict[str, Any]:
    code, _, quota = text.partition("/")
    return {"card": Card(direct=DirectCard(code=code, quota=int(quota) if quota else None))}


def only(text: str) -> dict[str, Any]:
    off = CardDetail(card_code="*", enabled=False)
    return {"card": Card(detail=(off, CardDetail(card_code=text, enabled=True)))}


def period(text: str) -> dict[str, Any]:
    start, _, end = text.partition("-")
    return {"period": Period(from_=start, to=end)}


SHAPED: dict[str, Callable[[str], dict[str, Any]]] = {
    "quota": lambda text: {
        "display": Display(card_quota=tuple(int(word) for word in text.split(",") if word))
    },
    "direct": direct,
    "only": only,
    "interest_free": lambda text: {"card": Card(interest_free=int(text))},
    "period": period,
    "line": lambda text: {"products": (Product(name="꽃", unit_price=Decimal(text), quantity=2),)},
}


def put_in(bypass: dict[str, Any], path: str, text: str) -> None:
    *above, last = path.split(".")
    for step in above:
        bypass = bypass.setdefault(step, {})
    bypass[last] = text


def channels_of(case: Case) -> tuple[PgSetting, ...]:
    """One channel of the PG that is asked, unless `channels=` says which; `*` is a test, `!` for REST."""
    word = case.asked.split()[0]
    listed = [part[9:].split(",") for part in case.asked.split() if part.startswith("channels=")]
    if not listed:
        listed = [[word]] if word != "nopg" else [[]]
    return tuple(setting(text) for text in listed[0] if text)


def setting(text: str) -> PgSetting:
    code, _, mid = text.removeprefix("~").rstrip("*!").partition(".")
    is_test = text.endswith("*") or text.startswith("~")
    return PgSetting(
        pg_provider=code,
        pg_id=mid or "mid1",
        is_test_channel=is_test,
        type="api_payment" if text.endswith("!") else "payment",
        channel_key=f"channel-key-{code}-{mid or 'mid1'}",
    )
