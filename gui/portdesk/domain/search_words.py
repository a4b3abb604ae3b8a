"""The words of states, methods, PGs and channels that a search understands, in Korean and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.payments import PaymentState
from portdesk.domain.search_terms import InStates, OnTestChannel, PaidBy, Reading, Through

Meaning = tuple[Reading, Message]

_RETURNED: Final = (PaymentState.RETURNED, PaymentState.PARTLY_RETURNED)

_STATES: Final[tuple[tuple[str, tuple[PaymentState, ...], Message], ...]] = (
    (
        "결제완료 결제됨 결제성공 승인완료 입금완료 완료 paid",
        (PaymentState.PAID,),
        Message("Paid"),
    ),
    (
        "환불 환불됨 취소 취소됨 결제취소 refund refunds refunded cancelled canceled",
        _RETURNED,
        Message("Refunded, also in part"),
    ),
    (
        "전액환불 전체환불 환불완료 전체취소 전액취소 취소완료 fully|refunded full|refund",
        (PaymentState.RETURNED,),
        Message("Refunded"),
    ),
    (
        "일부환불 부분환불 부분취소 일부취소 partly|refunded partial|refund partially|refunded partial",
        (PaymentState.PARTLY_RETURNED,),
        Message("Partly refunded"),
    ),
    (
        "실패 결제실패 승인실패 실패됨 failed failure declined",
        (PaymentState.FAILED,),
        Message("Failed"),
    ),
    (
        "미완료 미결제 결제중 결제전 not|finished unfinished started ready unpaid",
        (PaymentState.STARTED,),
        Message("Not finished"),
    ),
    (
        "입금대기 입금전 미입금 awaiting|deposit waiting|deposit waiting awaiting",
        (PaymentState.AWAITING_DEPOSIT,),
        Message("Awaiting deposit"),
    ),
)

_METHODS: Final[tuple[tuple[str, str, Message], ...]] = (
    ("카드 신용카드 체크카드 카드결제 card cards credit|card", "card", Message("Card")),
    ("계좌이체 실시간계좌이체 이체 trans bank|transfer transfer", "trans", Message("Bank transfer")),
    ("가상계좌 무통장 무통장입금 vbank virtual|account", "vbank", Message("Virtual account")),
    (
        "휴대폰 휴대폰결제 휴대폰소액결제 핸드폰 소액결제 phone|bill phone mobile",
        "phone",
        Message("Phone bill"),
    ),
    ("컬쳐랜드 문화상품권 cultureland", "cultureland", Message("Cultureland voucher")),
    ("스마트문상 게임문화상품권 smartculture", "smartculture", Message("Smart Culture voucher")),
    ("도서문화상품권 도서상품권 booknlife", "booknlife", Message("Book & Life voucher")),
    ("culturegift", "culturegift", Message("Culture gift voucher")),
    ("포인트 point points", "point", Message("Points")),
    ("삼성페이 samsung samsungpay samsung|pay", "samsung samsungpay", Message("Samsung Pay")),
    ("케이페이 kpay", "kpay", Message("KPay")),
    ("엘페이 lpay l.pay", "lpay", Message("L.PAY")),
    ("쓱페이 ssgpay ssgpay_bank", "ssgpay ssgpay_bank", Message("SSGPAY")),
    ("애플페이 applepay apple|pay", "applepay", Message("Apple Pay")),
    ("편의점 편의점결제 cvs convenience|store", "cvs", Message("Convenience store")),
)

_PROVIDERS: Final[tuple[tuple[str, str, Message], ...]] = (
    (
        "이니시스 kg이니시스 케이지이니시스 inicis kg|inicis",
        "html5_inicis inicis inicis_unified inicis_v2",
        Message("KG Inicis"),
    ),
    ("케이씨피 nhnkcp nhn|kcp 엔에이치엔케이씨피", "kcp kcp_billing kcp_quick kcp_v2", Message("NHN KCP")),
    (
        "토스 toss",
        "tosspayments uplus tosspay tosspay_v2 toss_brandpay tosspay_card tosspay_money",
        Message("Toss"),
    ),
    ("토스페이먼츠 toss|payments 엘지유플러스", "tosspayments uplus", Message("Toss Payments")),
    ("토스페이 toss|pay", "tosspay tosspay_v2 tosspay_card tosspay_money", Message("Toss Pay")),
    ("토스브랜드페이 브랜드페이 brandpay", "toss_brandpay", Message("Toss BrandPay")),
    ("나이스 나이스페이 나이스페이먼츠 nicepay nicepayments", "nice nice_v2", Message("NICE Payments")),
    ("이지페이 케이아이씨씨 한국정보통신 easypay", "kicc", Message("KICC EasyPay")),
    ("카카오페이 카카오 kakao kakao|pay", "kakaopay", Message("KakaoPay")),
    (
        "네이버페이 네이버 naver naver|pay npay",
        "naverpay naverco naverpay_card naverpay_point",
        Message("Naver Pay"),
    ),
    ("페이코", "payco", Message("PAYCO")),
    ("스마일페이 smile|pay", "smilepay", Message("Smile Pay")),
    ("차이 차이페이", "chai", Message("Chai")),
    ("페이팔", "paypal paypal_v2", Message("PayPal")),
    ("페이먼트월", "paymentwall", Message("Paymentwall")),
    ("엑심베이", "eximbay", Message("Eximbay")),
    ("다날", "danal danal_tpay", Message("Danal")),
    ("모빌리언스 kg모빌리언스 kg파이낸셜 파이낸셜", "mobilians", Message("KG Financial")),
    ("키움페이 키움 다우 다우데이타 kiwoom", "daou", Message("Kiwoom Pay")),
    ("스마트로", "smartro smartro_v2", Message("Smartro")),
    ("헥토 헥토파이낸셜 세틀뱅크 세틀 hecto", "settle settle_acc settle_firm", Message("Hecto Financial")),
    ("내통장 내통장결제", "settle_acc", Message("Hecto My Account")),
    ("케이에스넷", "ksnet", Message("KSNET")),
    ("갤럭시아 갤럭시아머니트리", "galaxia", Message("Galaxia")),
    ("웰컴 웰컴페이먼츠", "welcome", Message("Welcome Payments")),
    ("제이티넷", "jtnet", Message("JTNET")),
)

_CHANNELS: Final[tuple[tuple[str, bool, Message], ...]] = (
    ("테스트 테스트결제 테스트채널 test test|channel", True, Message("Test channel")),
    ("실결제 실거래 live live|channel", False, Message("Live channel")),
)


def meaning_of(word: str) -> Meaning | None:
    """What a folded word, its parts joined by single spaces, stands for."""
    return _MEANINGS.get(word)


MOST_PARTS: Final = 2
"""How many words a meaning may consist of."""


def _collect() -> Mapping[str, Meaning]:
    """All words; where a wire code is also the everyday word for more, the word wins."""
    return MappingProxyType(
        {
            word: meaning
            for part in (_codes(), _methods(), _providers(), _states(), _channels())
            for word, meaning in part
        }
    )


def _codes() -> Iterator[tuple[str, Meaning]]:
    for _, codes, label in reversed(_PROVIDERS):
        for code in codes.split():
            yield code, (Through(frozenset({code})), label)


def _methods() -> Iterator[tuple[str, Meaning]]:
    for words, codes, label in _METHODS:
        meaning = (PaidBy(frozenset(codes.split())), label)
        yield from ((word, meaning) for word in _spellings(words))


def _providers() -> Iterator[tuple[str, Meaning]]:
    for words, codes, label in _PROVIDERS:
        meaning = (Through(frozenset(codes.split())), label)
        first = codes.split()[0]
        yield from ((word, meaning) for word in (*_spellings(words), *([first] if first.isalpha() else [])))


def _states() -> Iterator[tuple[str, Meaning]]:
    for words, states, label in _STATES:
        meaning = (InStates(frozenset(states)), label)
        yield from ((word, meaning) for word in _spellings(words))


def _channels() -> Iterator[tuple[str, Meaning]]:
    for words, is_test, label in _CHANNELS:
        yield from ((word, (OnTestChannel(is_test), label)) for word in _spellings(words))


def _spellings(words: str) -> list[str]:
    """Each word; `a|b` is written with a space or without."""
    spelled = []
    for word in words.split():
        spelled += [word.replace("|", " "), word.replace("|", "")]
    return spelled


_MEANINGS: Final = _collect()
