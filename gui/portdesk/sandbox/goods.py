"""What the shop sells and what it says: flowers, prices, reasons for returning money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portdesk.sandbox.dice import Dice, Weighted


@dataclass(frozen=True, slots=True)
class Goods:
    """One article, with its price in won."""

    name: str
    price: int


_ARTICLES: Final = Weighted(
    (
        (Goods("오늘의 꽃다발 S", 29_000), 14),
        (Goods("오늘의 꽃다발 M", 39_000), 18),
        (Goods("오늘의 꽃다발 L", 59_000), 10),
        (Goods("빨간 장미 100송이 꽃다발", 165_000), 3),
        (Goods("핑크 튤립 한 단", 24_900), 6),
        (Goods("수국 꽃바구니", 68_000), 7),
        (Goods("카네이션 화분", 19_900), 7),
        (Goods("카네이션 용돈박스", 45_000), 4),
        (Goods("프리지아 한 단", 15_900), 4),
        (Goods("축하 화환 3단", 89_000), 4),
        (Goods("근조 화환 3단", 95_000), 4),
        (Goods("호접란 화분 (대)", 120_000), 3),
        (Goods("몬스테라 화분", 42_000), 3),
        (Goods("개운죽 개업 화분", 55_000), 2),
        (Goods("드라이플라워 리스", 33_000), 2),
        (Goods("부케 예약 (본식)", 280_000), 1),
        (Goods("플라워 클래스 1회 수강권", 65_000), 2),
        (Goods("꽃병 + 생화 세트", 52_000), 3),
        (Goods("졸업식 해바라기 꽃다발", 36_000), 3),
    )
)
_EXTRAS: Final = Weighted(
    (("", 70), (" 외 1건", 17), (" 외 2건", 6), (" (당일배송)", 7)),
)
_EXTRA_PRICES: Final = {"": 0, " 외 1건": 9_900, " 외 2건": 18_800, " (당일배송)": 5_000}
_DELIVERY_FEES: Final = Weighted(((0, 55), (3_000, 30), (5_000, 15)))
_PLANS: Final = Weighted(
    (
        (Goods("꽃 정기구독 (격주)", 29_900), 6),
        (Goods("꽃 정기구독 (매주)", 54_900), 2),
        (Goods("사무실 화분 관리 (월)", 99_000), 1),
    )
)
_EXPORTS: Final = (
    ("Pressed Flower Frame", 48.50),
    ("Dried Hydrangea Wreath", 64.00),
    ("Hanbok Bouquet Keepsake", 129.99),
    ("Flower Tea Gift Box", 35.25),
    ("Preserved Rose Dome", 89.90),
)
REFUND_REASONS: Final = Weighted(
    (
        ("고객 변심", 24),
        ("배송일 변경 불가", 12),
        ("상품 품절", 11),
        ("주소 오기재", 8),
        ("중복 주문", 10),
        ("꽃 상태 불량", 9),
        ("관리자페이지취소", 16),
        ("취소요청api", 10),
    )
)
PARTIAL_REASONS: Final = Weighted(
    (
        ("일부 상품 품절", 30),
        ("배송비 환불", 26),
        ("꽃 상태 불량 부분 보상", 20),
        ("쿠폰 미적용 차액", 14),
        ("관리자페이지취소", 10),
    )
)
_RIBBONS: Final = (
    "생신을 축하드립니다",
    "축 개업",
    "사랑해",
    "늘 감사합니다",
    "졸업을 축하해",
    "삼가 고인의 명복을 빕니다",
)

HOSTILE: Final = (
    {"name": '<img src=x onerror="alert(1)">'},
    {"name": '=HYPERLINK("http://x.example","환불")'},
    {"buyer_name": "\u202e수철김\u202c"},
    {"buyer_name": "<b>김승인</b>"},
    {"buyer_name": "@SUM(1+1)"},
    {"name": "W" * 40, "buyer_addr": "가" * 128, "buyer_name": "김수한무거북이와두루미삼천갑자동"},
    {"buyer_name": "👩‍👩‍👧‍👦🌸💐", "name": "🌷🌷🌷 튤립 세 송이 🇰🇷"},
    {"buyer_name": "김\u200b민\u200b수", "buyer_tel": "+82 10-1234-5678"},
    {"name": "첫째 줄\n둘째 줄\t탭\x1b[31m빨강"},
    {"custom_data": '{"memo": "' + "아주 긴 메모 " * 400 + '"}'},
)
"""Texts a buyer could really have typed, within the lengths the server keeps."""


def article(dice: Dice) -> Goods:
    """Something bought once, with what was added to it."""
    chosen = _ARTICLES.pick(dice)
    extra = _EXTRAS.pick(dice)
    return Goods(chosen.name + extra, chosen.price + _EXTRA_PRICES[extra] + _DELIVERY_FEES.pick(dice))


def plan(dice: Dice, turn: int) -> Goods:
    """One turn of a subscription."""
    chosen = _PLANS.pick(dice)
    return Goods(f"{chosen.name} {turn}회차", chosen.price)


def export(dice: Dice) -> tuple[str, float]:
    """Something sent abroad, with its price in US dollars."""
    name, price = dice.pick(_EXPORTS)
    return name, round(price + dice.pick((0.0, 12.5, 7.99)), 2)


def order_memo(dice: Dice, day: str) -> str:
    """What the shop stored with an order: JSON in a string."""
    return f'{{"delivery_date":"{day}","ribbon":"{dice.pick(_RIBBONS)}"}}'
