"""The documents our rules come from, each by the title and place it can be looked up under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """A document: its title, where it stands, and how new the text was that we read."""

    title: str
    place: str
    date: date


_DOCS_READ: Final = date(2026, 8, 6)
_HELP_READ: Final = date(2026, 8, 19)


def docs(title: str, page: str) -> Source:
    """A page of PortOne's developer documents."""
    return Source(f"포트원 개발자센터, {title}", f"opi/ko/{page}", _DOCS_READ)


def help_page(title: str, page: str) -> Source:
    """A page of PortOne's help centre."""
    return Source(f"포트원 헬프센터, {title}", page, _HELP_READ)


def published(title: str, place: str) -> Source:
    """The published description of the REST API V1."""
    return Source(f"포트원 REST API V1, {title}", place, _DOCS_READ)


CANCEL: Final = published("결제취소 API", "POST /payments/cancel")
CANCEL_PER_PG: Final = published("결제취소 API, PG사별 안내", "POST /payments/cancel, x-portone-per-pg")
PAYMENT: Final = published("결제내역 응답 필드", "PaymentAnnotation")
BALANCE: Final = published("결제 상세금액 조회 API", "GET /payments/{imp_uid}/balance")
REVOKE_ACCOUNT: Final = published("가상계좌 말소 API", "DELETE /vbanks/{imp_uid}")
NAVER_ORDERS: Final = published("네이버페이 주문형 취소 API", "POST /payments/{imp_uid}/naver/cancel")

CANCEL_OLD: Final = Source(
    "포트원 개발자센터 옛 문서(저장소 이력), Cancel payment", "docs/en/api", _DOCS_READ
)
"""The only place that gives the lengths of the fields; it is no longer among the documents."""

BASIC: Final = docs("결제취소(환불) 연동하기", "integration/cancel/v1/basic")
VIRTUAL_ACCOUNT: Final = docs("가상계좌 환불하기", "integration/cancel/v1/virtual-account")
BANK_CODES: Final = docs("PG사별 은행코드", "support/code-info/pg-1")
REQUEST: Final = Source(
    "포트원 개발자센터, 결제 요청 파라미터", "sdk/ko/v1-sdk/javascript-sdk/payrq", _DOCS_READ
)
CURRENCIES: Final = REQUEST
BILLING_MATRIX: Final = docs("PG사별 빌링키 발급 방식", "support/code-info/pg")
WITHOUT_WINDOW: Final = docs("비인증 결제 연동하기", "integration/start/v1/non-auth")
CARD_CODES: Final = docs("카드사 코드", "support/code-info/card-code")
CHANNELS: Final = published("PG 설정 조회 API", "GET /users/pg")
BILLING_KEYS: Final = published("비인증 결제 빌링키 API", "/subscribe/customers/{customer_uid}")
TAXES: Final = docs("면세·복합과세 결제", "support/tax")
COMPATIBILITY: Final = Source("포트원 개발자센터, 하위 호환성", "api/backward-compatibility", _DOCS_READ)
PROMOTION: Final = Source("포트원 개발자센터, 프로모션 결제 환불", "extra/promotion/refund", _DOCS_READ)
PG_CODES: Final = docs("PG사 코드", "support/code-info/pg-2")

PARTS: Final = help_page("부분취소가 불가한 경우", "impossible-partial-cancel")
DEADLINES: Final = help_page("결제수단별 취소 가능 기한", "cancel-deadline-by-paymethod")
CANCEL_GUIDE: Final = help_page("결제 취소 방법", "cancel-guide")
REVERSAL: Final = help_page("취소된 거래 원복방법", "core-service/how-to-use/cancel-reversal")
TEST_CANCEL: Final = help_page("테스트 연동 결제 환불 방법", "core-service/how-to-use/test-mode-cancel")
TEST_ACCOUNT: Final = help_page("가상계좌는 어떻게 테스트 할 수 있나요?", "faq/payment-faq/vbank-test-guide")
INICIS_ACCOUNT: Final = help_page("KG이니시스 가상계좌 환불", "inicis-vbank-refund")
CASH_RECEIPTS: Final = help_page("현금영수증 안내", "faq/payment-faq/cash-receipt-guide")

JTNET_GUIDE: Final = Source(
    "아임포트 연동 문서, JTNET 결제", "pg/jtnet (이제 문서에 없음)", date(2022, 5, 31)
)
JTNET_BILLING: Final = Source(
    "아임포트 매뉴얼, JTNet 정기결제 결제창",
    "비인증결제/example/jtnet-request-billing-key.md",
    date(2022, 5, 31),
)
INICIS_WINDOW: Final = docs("KG이니시스", "integration/pg/v1/inicis")
INICIS_BILLING: Final = Source(
    "아임포트 매뉴얼, 이니시스 빌링키", "비인증결제/example/inicis-request-billing-key.md", _DOCS_READ
)
PAYMENTWALL_WINDOW: Final = docs("페이먼트월", "integration/pg/v1/paymentwall")
PAYMENTWALL_BILLING: Final = Source(
    "아임포트 매뉴얼, 페이먼트월 빌링키", "비인증결제/example/paymentwall-request-billing-key.md", _DOCS_READ
)
WRAPPERS: Final = Source("iamport-react-native, 결제 파라미터 검사", "validateProps", _DOCS_READ)
SDK: Final = Source("iamport.payment 1.2.0 (JavaScript SDK)", "채널 선택", _DOCS_READ)

KCP_BOOK: Final = Source("NHN KCP 응답코드표", "nhnkcp-code.xlsx", _DOCS_READ)
KAKAO_BOOK: Final = Source("카카오페이 오류코드표", "kakao-code-20180820.xlsx", date(2018, 8, 20))
