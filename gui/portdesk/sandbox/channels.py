"""The PG channels the shop is set up with, its sub-merchants, and the codes of cards and banks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

_KEYS: Final = uuid.UUID("6f1c1f0e-4b43-4c55-9f0a-0b7d3c9d6a10")


@dataclass(frozen=True, slots=True)
class Channel:
    """One PG setting; `type` is `payment`, `api_payment` or `certification`."""

    pg_provider: str
    pg_id: str
    name: str
    sandbox: bool = False
    type: str = "payment"

    @property
    def key(self) -> str:
        """The key PortOne would have given it."""
        return f"channel-key-{uuid.uuid5(_KEYS, self.pg_provider + self.pg_id + self.type)}"


CHANNELS: Final = (
    Channel("html5_inicis", "MOIbadaflw", "KG이니시스 일반결제"),
    Channel("html5_inicis", "MOIbadabill", "KG이니시스 정기결제", type="api_payment"),
    Channel("kcp", "A8F2K", "NHN KCP 에스크로"),
    Channel("tosspayments", "im_badaflowr", "토스페이먼츠"),
    Channel("tosspayments", "im_badasubsc", "토스페이먼츠 빌링", type="api_payment"),
    Channel("nice_v2", "badaflw00m", "나이스페이먼츠"),
    Channel("nice_v2", "badaflw01m", "나이스페이먼츠 빌링", type="api_payment"),
    Channel("kakaopay", "C721840012", "카카오페이"),
    Channel("naverpay", "np_badaflower", "네이버페이 결제형"),
    Channel("payco", "BADAFLOWER", "페이코"),
    Channel("tosspay", "tosspay_badaflw", "토스페이"),
    Channel("danal", "9010048213", "다날 휴대폰결제"),
    Channel("smartro_v2", "badaflow1m", "스마트로 가상계좌"),
    Channel("daou", "CBADA001", "키움페이 가상계좌"),
    Channel("settle", "M2381042", "헥토파이낸셜 고정식 가상계좌"),
    Channel("paymentwall", "badaflower_global", "페이먼트월"),
    Channel("paypal_v2", "7XK2P9BADAFLW", "페이팔 RT"),
    Channel("jtnet", "badajt001m", "JTNet (구)"),
    Channel("html5_inicis", "INIpayTest", "이니시스 테스트", sandbox=True),
    Channel("kcp", "T0000", "KCP 테스트", sandbox=True),
    Channel("tosspayments", "iamporttest_4", "토스페이먼츠 테스트", sandbox=True),
    Channel("kakaopay", "TC0ONETIME", "카카오페이 테스트", sandbox=True),
    Channel("danal", "A010002002", "다날 본인인증", type="certification"),
)


def mid(pg_provider: str, *, sandbox: bool = False, type: str = "payment") -> str:  # noqa: A002 - wire word
    """The shop's id at this PG."""
    for channel in CHANNELS:
        if (channel.pg_provider, channel.sandbox, channel.type) == (pg_provider, sandbox, type):
            return channel.pg_id
    raise LookupError(pg_provider)


TIERS: Final = {"B2B": "바다꽃집 기업배송", "JJ1": "바다꽃집 제주점"}
"""Sub-merchants by code. The shop itself has none."""


def tier_number(code: str | None) -> int:
    """0 for the shop itself, above it for its sub-merchants, -1 for a code nobody has."""
    if code is None:
        return 0
    return list(TIERS).index(code) + 1 if code in TIERS else -1


CARDS: Final = {
    "361": "BC카드",
    "364": "광주카드",
    "365": "삼성카드",
    "366": "신한카드",
    "367": "현대카드",
    "368": "롯데카드",
    "369": "수협카드",
    "370": "씨티카드",
    "371": "NH카드",
    "372": "전북카드",
    "373": "제주카드",
    "374": "하나SK카드",
    "381": "KB국민카드",
    "041": "우리카드",
    "071": "우체국",
    "045": "새마을금고",
    "002": "KDB산업은행",
    "048": "신협",
    "089": "케이뱅크",
    "090": "카카오뱅크",
}

BANKS: Final = {
    "002": "KDB산업은행",
    "003": "기업은행",
    "004": "KB국민은행",
    "007": "수협은행",
    "011": "NH농협은행",
    "020": "우리은행",
    "023": "SC제일은행",
    "027": "한국씨티은행",
    "031": "대구은행",
    "032": "부산은행",
    "034": "광주은행",
    "035": "제주은행",
    "037": "전북은행",
    "039": "경남은행",
    "045": "새마을금고",
    "048": "신협",
    "071": "우체국",
    "081": "하나은행",
    "088": "신한은행",
    "089": "케이뱅크",
    "090": "카카오뱅크",
    "092": "토스뱅크",
    "209": "유안타증권",
    "218": "KB증권",
    "230": "미래에셋증권",
    "240": "삼성증권",
    "243": "한국투자증권",
    "247": "NH투자증권",
    "264": "키움증권",
    "278": "신한금융투자",
}
