"""The people who order: Korean names by how common they are, phones, e-mails, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portdesk.sandbox.dice import Dice, Weighted

_SURNAMES: Final = Weighted(
    (
        (("김", "kim"), 21.5), (("이", "lee"), 14.7), (("박", "park"), 8.4), (("최", "choi"), 4.7),
        (("정", "jung"), 4.4), (("강", "kang"), 2.3), (("조", "cho"), 2.1), (("윤", "yoon"), 2.1),
        (("장", "jang"), 2.0), (("임", "lim"), 1.7), (("한", "han"), 1.5), (("오", "oh"), 1.5),
        (("서", "seo"), 1.5), (("신", "shin"), 1.5), (("권", "kwon"), 1.4), (("황", "hwang"), 1.4),
        (("안", "ahn"), 1.4), (("송", "song"), 1.4), (("전", "jeon"), 1.1), (("홍", "hong"), 1.1),
        (("유", "yoo"), 1.1), (("고", "ko"), 0.9), (("문", "moon"), 0.9), (("양", "yang"), 0.9),
        (("손", "son"), 0.9), (("배", "bae"), 0.8), (("백", "baek"), 0.8), (("허", "heo"), 0.7),
        (("남", "nam"), 0.6), (("심", "shim"), 0.6), (("노", "noh"), 0.6), (("하", "ha"), 0.5),
        (("곽", "kwak"), 0.4), (("성", "sung"), 0.4), (("차", "cha"), 0.4), (("주", "joo"), 0.4),
        (("우", "woo"), 0.4), (("구", "koo"), 0.4), (("민", "min"), 0.3), (("진", "jin"), 0.3),
        (("지", "ji"), 0.3), (("엄", "um"), 0.3), (("채", "chae"), 0.3), (("원", "won"), 0.3),
        (("천", "cheon"), 0.2), (("방", "bang"), 0.2), (("공", "kong"), 0.2), (("현", "hyun"), 0.2),
        (("남궁", "namgung"), 0.05), (("황보", "hwangbo"), 0.03),
        (("선우", "sunwoo"), 0.02), (("제갈", "jegal"), 0.02),
    )
)  # fmt: skip
_FIRST: Final = (
    ("서", "seo"), ("지", "ji"), ("민", "min"), ("수", "soo"), ("하", "ha"), ("예", "ye"), ("은", "eun"),
    ("도", "do"), ("준", "jun"), ("현", "hyun"), ("유", "yu"), ("시", "si"), ("재", "jae"), ("성", "sung"),
    ("혜", "hye"), ("정", "jung"), ("영", "young"), ("승", "seung"), ("태", "tae"), ("동", "dong"),
    ("상", "sang"), ("경", "kyung"), ("미", "mi"), ("소", "so"), ("채", "chae"), ("건", "gun"), ("나", "na"),
)  # fmt: skip
_SECOND: Final = (
    ("연", "yeon"), ("윤", "yoon"), ("준", "jun"), ("우", "woo"), ("현", "hyun"), ("민", "min"),
    ("진", "jin"), ("희", "hee"), ("영", "young"), ("은", "eun"), ("아", "ah"), ("원", "won"),
    ("호", "ho"), ("훈", "hoon"),
    ("경", "kyung"), ("숙", "sook"), ("자", "ja"), ("빈", "bin"), ("린", "rin"), ("율", "yul"), ("수", "soo"),
    ("정", "jung"), ("석", "seok"), ("철", "chul"), ("선", "sun"), ("미", "mi"), ("환", "hwan"),
    ("혁", "hyuk"),
)  # fmt: skip
_ABROAD: Final = (
    "Emily Carter", "James Nguyen", "Sofia Rossi", "Liam O'Brien", "Hana Suzuki", "Daniel Kim", "Grace Park",
    "Olivia Brown", "Noah Schmidt", "Chloe Martin", "Minh Tran", "Anna Ivanova",
)  # fmt: skip
_COMPANIES: Final = (
    "(주)한빛상사", "세종법무법인", "푸른숲어린이집", "(주)다온테크", "서교동주민센터", "은하수치과",
    "(주)미르건설",
)  # fmt: skip
_MAIL: Final = Weighted(
    (
        ("naver.com", 56), ("gmail.com", 24), ("hanmail.net", 6), ("daum.net", 5), ("kakao.com", 4),
        ("nate.com", 3), ("icloud.com", 2),
    )
)  # fmt: skip
_PLACES: Final = Weighted(
    (
        (("서울특별시 마포구 월드컵로", "039"), 9), (("서울특별시 강남구 테헤란로", "061"), 9),
        (("서울특별시 송파구 올림픽로", "055"), 8), (("서울특별시 서초구 반포대로", "065"), 6),
        (("서울특별시 성동구 왕십리로", "047"), 5), (("서울특별시 영등포구 여의대로", "073"), 5),
        (("서울특별시 관악구 남부순환로", "088"), 4), (("서울특별시 노원구 동일로", "017"), 4),
        (("서울특별시 종로구 자하문로", "030"), 3), (("경기도 성남시 분당구 판교역로", "134"), 7),
        (("경기도 수원시 영통구 광교중앙로", "165"), 6), (("경기도 고양시 일산동구 중앙로", "104"), 5),
        (("경기도 용인시 수지구 풍덕천로", "168"), 4), (("경기도 화성시 동탄대로", "184"), 4),
        (("경기도 부천시 길주로", "145"), 3), (("경기도 안양시 동안구 시민대로", "140"), 3),
        (("인천광역시 연수구 컨벤시아대로", "219"), 4), (("인천광역시 부평구 부평대로", "213"), 3),
        (("부산광역시 해운대구 센텀중앙로", "480"), 5), (("부산광역시 수영구 광안해변로", "482"), 3),
        (("대구광역시 수성구 달구벌대로", "421"), 3), (("광주광역시 서구 상무대로", "619"), 2),
        (("대전광역시 유성구 대학로", "341"), 3), (("울산광역시 남구 삼산로", "446"), 2),
        (("세종특별자치시 한누리대로", "301"), 2), (("강원특별자치도 강릉시 경강로", "254"), 1),
        (("충청북도 청주시 흥덕구 가로수로", "284"), 1), (("전북특별자치도 전주시 완산구 홍산로", "549"), 1),
        (("경상남도 창원시 성산구 중앙대로", "514"), 2), (("경상북도 포항시 북구 중흥로", "376"), 1),
        (("제주특별자치도 제주시 노형로", "631"), 1),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buyer:
    """One customer; `member` is the number the shop knows them by."""

    member: int
    name: str
    email: str
    tel: str
    addr: str
    postcode: str


class Buyers:
    """All customers, by number. Nobody is stored: a number always gives the same person."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed = seed
        self._dice = Dice(seed)
        self._count = count

    def any(self, dice: Dice) -> Buyer:
        """A customer; low numbers order often."""
        chance = dice.random()
        return self.buyer(int(self._count * chance * chance))

    def buyer(self, member: int) -> Buyer:
        """The customer with this number."""
        dice = self._dice
        dice.seed(self._seed * 1_000_003 + member)
        surname, roman_surname = _SURNAMES.pick(dice)
        first, roman_first = dice.pick(_FIRST)
        second, roman_second = dice.pick(_SECOND)
        name = surname + first + second
        kind = dice.random()
        if kind < 0.012:  # noqa: PLR2004 - the share of company orders
            name = dice.pick(_COMPANIES)
        elif kind < 0.03:  # noqa: PLR2004 - the share of one-syllable given names, after the companies
            name = surname + first
        return Buyer(
            member,
            name,
            _email(dice, roman_surname, roman_first + roman_second),
            _tel(dice),
            *_address(dice),
        )

    def abroad(self, dice: Dice) -> Buyer:
        """Someone who pays in a foreign currency: "First Last", as Paymentwall demands."""
        name = dice.pick(_ABROAD)
        email = f"{name.lower().replace(' ', '.').replace(chr(39), '')}{dice.below(90)}@gmail.com"
        return Buyer(900_000 + dice.below(5_000), name, email, f"+1415555{dice.digits(4)}", *_address(dice))


def _email(dice: Dice, surname: str, given: str) -> str:
    style = dice.below(5)
    number = dice.below(100)
    if style == 0:
        local = f"{given}.{surname}"
    elif style == 1:
        local = f"{given}{number:02}"
    elif style == 2:  # noqa: PLR2004 - one of five styles
        local = f"{surname}_{given}"
    else:
        local = f"{surname[0]}{given}{1970 + number % 40}"
    return f"{local}@{_MAIL.pick(dice)}"


def _tel(dice: Dice) -> str:
    middle, last = dice.digits(4), f"{dice.below(10_000):04}"
    return f"010-{middle}-{last}" if dice.happens(0.62) else f"010{middle}{last}"


def _address(dice: Dice) -> tuple[str, str]:
    street, area = _PLACES.pick(dice)
    addr = f"{street} {dice.between(1, 240)}"
    if dice.happens(0.7):
        addr += f", {dice.between(101, 118)}동 {dice.between(1, 24)}{dice.between(1, 6):02}호"
    return addr, f"{area}{dice.below(100):02}"
