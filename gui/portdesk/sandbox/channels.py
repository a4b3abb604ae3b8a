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
    Channel("jtnet", "tjtnet001m", "JTNet 테스트", sandbox=True),
    Channel("html5_inicis", "INIBillTst", "이니시스 정기결제 테스트", sandbox=True),
    Channel("paymentwall", "t_7f1c0ba2d3", "페이먼트월 테스트", sandbox=True),
    Channel("kcp_billing", "BA001", "KCP 정기결제 테스트", sandbox=True),
    Channel("kcp_quick", "T1234", "KCP 퀵페이 테스트", sandbox=True),
    Channel("nice", "nictest00m", "나이스정보통신 테스트 (구)", sandbox=True),
    Channel("nice_v2", "nictest04m", "나이스페이먼츠 테스트", sandbox=True),
    Channel("uplus", "tlgdacomxpay", "토스페이먼츠 테스트 (구)", sandbox=True),
    Channel("toss_brandpay", "tosstest_bp", "토스 브랜드페이 테스트", sandbox=True),
    Channel("tosspay", "tosstest", "토스페이 테스트 (구)", sandbox=True),
    Channel("tosspay_v2", "tosstest_v2", "토스페이 테스트", sandbox=True),
    Channel("payco", "PARTNERTEST", "페이코 테스트", sandbox=True),
    Channel("naverpay", "np_portonetest", "네이버페이 테스트", sandbox=True),
    Channel("naverco", "nc_portonetest", "네이버페이 주문형 테스트", sandbox=True),
    Channel("danal_tpay", "9810030929", "다날 신용카드 테스트", sandbox=True),
    Channel("danal", "A010002002", "다날 휴대폰 테스트", sandbox=True),
    Channel("mobilians", "170622040674", "모빌리언스 테스트 (구)", sandbox=True),
    Channel("mobilians_v2", "230622040674", "KG파이낸셜 테스트", sandbox=True),
    Channel("settle", "nxca_jt_il", "헥토파이낸셜 테스트", sandbox=True),
    Channel("settle_acc", "portone_test", "헥토 내통장결제 테스트", sandbox=True),
    Channel("smartro", "SMTPAY001m", "스마트로 테스트 (구)", sandbox=True),
    Channel("smartro_v2", "t_2206024m", "스마트로 테스트", sandbox=True),
    Channel("kicc", "T5102001", "KICC 테스트", sandbox=True),
    Channel("kicc_v2", "T0021792", "KICC 위챗페이 테스트", sandbox=True),
    Channel("daou", "CTS11027", "키움페이 테스트", sandbox=True),
    Channel("ksnet", "2999199999", "KSNET 테스트", sandbox=True),
    Channel("galaxia", "glx_api", "갤럭시아 테스트", sandbox=True),
    Channel("welcome", "wel000286m", "웰컴페이먼츠 테스트", sandbox=True),
    Channel("paypal", "sb_badaflower", "페이팔 익스프레스 테스트 (구)", sandbox=True),
    Channel("paypal_v2", "HMDTLP37YZ7HN", "페이팔 테스트", sandbox=True),
    Channel("eximbay", "1849705C64", "엑심베이 테스트", sandbox=True),
    Channel("inicis_jp", "INIJPTEST", "이니시스 일본 테스트", sandbox=True),
    Channel("bluewalnut", "bluetest", "블루월넛 테스트", sandbox=True),
    Channel("smilepay", "SMPTEST", "스마일페이 테스트", sandbox=True),
    Channel("payletter_global", "payl_test", "페이레터 글로벌 테스트", sandbox=True),
    Channel("alipay", "alipaytest", "알리페이 테스트", sandbox=True),
    Channel("chai", "chai_test", "차이 테스트", sandbox=True),
    Channel("danal", "B010007454", "다날 본인인증", type="certification"),
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
