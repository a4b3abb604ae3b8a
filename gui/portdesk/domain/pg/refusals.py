"""What PGs say when they refuse, what it means, who has to act and what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg.sources import (
    INICIS_ACCOUNT,
    KAKAO_BOOK,
    KCP_BOOK,
    TEST_ACCOUNT,
    Source,
    help_page,
    published,
)


class Actor(Enum):
    """Who has to act."""

    SHOP = Message("You")
    CUSTOMER = Message("The customer")
    PG = Message("The PG")
    PORTONE = Message("PortOne")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """
    A refusal we know: by a code its PG writes in front, or by words in the middle of the text.

    `pgs` is empty where PortOne itself speaks, or every PG alike.
    """

    id: str
    meaning: Message
    actor: Actor
    next_step: Message
    source: Source
    pgs: frozenset[str] = frozenset()
    codes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def is_meant_by(self, pg_provider: str, code: str | None, words: str) -> bool:
        """Whether a PG that wrote `code` and `words` means this."""
        if self.pgs and pg_provider not in self.pgs:
            return False
        return code in self.codes or any(_squeezed(phrase) in words for phrase in self.phrases)


def explain(pg_provider: str | None, server_message: str) -> Refusal | None:
    """What a refusal means, as far as known; `server_message` is foreign and only ever compared."""
    found = _CODE.match(server_message[:_LONGEST].strip())
    code = found and (found["code"] or found["bare"])
    words = _squeezed(server_message[:_LONGEST])
    return next(
        (refusal for refusal in REFUSALS if refusal.is_meant_by(pg_provider or "", code, words)), None
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text).casefold()


_LONGEST: Final = 2_000
_CODE: Final = re.compile(
    r"(?:결제취소에 실패하였습니다\.?\s*\()?\s*(?:\[(?:\w+:)?(?P<code>\w+)\]|(?P<bare>[0-9A-Z]{4})(?=[\s:]))"
)
_KCP: Final = frozenset({"kcp", "kcp_quick", "kcp_billing"})
_NICE: Final = frozenset({"nice", "nice_v2"})
_DANAL: Final = frozenset({"danal", "danal_tpay"})
_DAOU: Final = frozenset({"daou"})
_KAKAOPAY: Final = frozenset({"kakaopay"})

_READ_AGAIN: Final = Message("Read the payment again and look at its refunds.")
_FORCED: Final = Message(
    "Ask the PG for a forced refund. When it is done, mail PortOne the imp_uid, the time and the reason."
)
_WAIT: Final = Message("Wait some minutes, then read the payment again.")
_WHOLE: Final = Message("Refund everything that is left, or give the part back another way.")
_OTHER_CARD: Final = Message("Ask the customer to pay in another way.")

_CLIENT_TESTS: Final = Source(
    "iamport-rest-client-python·java 테스트", "tests, IamportRestTest", date(2026, 3, 4)
)
_UNKNOWN_PAYMENT: Final = published("오류 응답", "ResponseAnnotation")
_KAKAO_PART: Final = Source("iamport-rest-client-java, issue 20", "결제취소 실패", date(2026, 3, 4))
_KCP_FUNDS: Final = help_page(
    "NHN KCP 취소 실패 '8178' 오류코드 안내", "faq/payment-faq/payment-failure-kcp-insufficient-funds"
)
_DAOU_FUNDS: Final = help_page(
    "다우데이타(키움페이) 취소 실패 안내", "faq/payment-faq/payment-failure-kiwoompay-insufficient-funds"
)
_NICE_FUNDS: Final = help_page(
    "나이스정보통신 '취소금액이 미정산 금액보다 큽니다' 안내",
    "faq/payment-faq/payment-failure-nice-insufficient-funds",
)
_DANAL_FUNDS: Final = help_page(
    "다날 취소 실패 '취소불가 상태입니다' 안내", "faq/payment-faq/payment-failure-danal-insufficient-funds"
)
_BLOCKED: Final = help_page("본인인증 IP 차단", "faq/general-inquiry/identity-verification-suspended-ip")
_REVIEW: Final = help_page("KCP 사업자번호 오류", "faq/general-inquiry/kcp-business-number-error")


def _kcp(*codes: str, id: str, meaning: Message, next_step: Message, actor: Actor = Actor.SHOP) -> Refusal:  # noqa: A002 - the field's name
    return Refusal(
        id=f"kcp.{id}",
        pgs=_KCP,
        codes=codes,
        meaning=meaning,
        next_step=next_step,
        actor=actor,
        source=KCP_BOOK,
    )


REFUSALS: Final = (
    Refusal(
        id="nothing_to_cancel",
        phrases=("취소할 결제건이 존재하지 않습니다",),
        meaning=Message("PortOne found no payment to refund under this number in this shop."),
        actor=Actor.SHOP,
        next_step=Message("Check that this is the right shop, then read the payment again."),
        source=_CLIENT_TESTS,
    ),
    Refusal(
        id="already_returned",
        phrases=("이미 전액취소된 주문입니다",),
        meaning=Message("Everything of this payment has already been given back."),
        actor=Actor.SHOP,
        next_step=_READ_AGAIN,
        source=_CLIENT_TESTS,
    ),
    Refusal(
        id="no_payment",
        phrases=("존재하지 않는 결제정보입니다",),
        meaning=Message("PortOne does not know this payment, or it belongs to another shop."),
        actor=Actor.SHOP,
        next_step=Message("Check that this is the right shop, then read the payment again."),
        source=_UNKNOWN_PAYMENT,
    ),
    Refusal(
        id="no_deposit",
        phrases=("입금된 내역이 없습니다",),
        meaning=Message("The PG knows of no money paid in, as is usual for test deposits."),
        actor=Actor.SHOP,
        next_step=Message("Real money that went to a test account is given back by PortOne: mail them."),
        source=TEST_ACCOUNT,
    ),
    Refusal(
        id="kcp.funds",
        pgs=_KCP,
        codes=("8178",),
        phrases=("상계가능 정산금액 부족",),
        meaning=Message("The shop has too little unsettled sales at the PG to take this refund from."),
        actor=Actor.PG,
        next_step=_FORCED,
        source=_KCP_FUNDS,
    ),
    Refusal(
        id="daou.funds",
        pgs=_DAOU,
        codes=("9029",),
        phrases=("취소가능 금액이 부족",),
        meaning=Message("The shop's sales of today are smaller than this refund."),
        actor=Actor.PG,
        next_step=_FORCED,
        source=_DAOU_FUNDS,
    ),
    Refusal(
        id="nice.funds",
        pgs=_NICE,
        phrases=("미정산 금액보다 큽니다",),
        meaning=Message("The shop has too little unsettled sales at the PG to take this refund from."),
        actor=Actor.PG,
        next_step=Message(
            "Ask NICE Payments for a forced refund; usually the sum is first paid to an account of theirs."
        ),
        source=_NICE_FUNDS,
    ),
    Refusal(
        id="danal.funds",
        pgs=_DANAL,
        phrases=("취소불가 상태입니다",),
        meaning=Message("The shop's sales of two days at Danal are smaller than this refund."),
        actor=Actor.PG,
        next_step=_FORCED,
        source=_DANAL_FUNDS,
    ),
    Refusal(
        id="danal.blocked",
        pgs=_DANAL,
        codes=("0086",),
        meaning=Message("Danal has shut out this internet address after too many identity checks."),
        actor=Actor.PG,
        next_step=Message("Try again tomorrow, or ask Danal to let the address in."),
        source=_BLOCKED,
    ),
    Refusal(
        id="account.contract",
        phrases=("특약",),
        meaning=Message("The shop has no contract with this PG for refunds of virtual accounts."),
        actor=Actor.SHOP,
        next_step=Message("Transfer the money yourself, or make the contract with the PG and try again."),
        source=INICIS_ACCOUNT,
    ),
    _kcp(
        "8133",
        id="already_returned",
        meaning=Message("At the PG this payment has already been refunded, perhaps on the PG's own page."),
        next_step=Message(
            "Look at the PG's page. If it was refunded there, mail PortOne to correct the record."
        ),
    ),
    _kcp(
        "8036",
        "8039",
        "8382",
        id="over_balance",
        meaning=Message("The PG has less left of this payment than was asked for."),
        next_step=_READ_AGAIN,
    ),
    _kcp(
        "8037",
        "8038",
        "8381",
        id="balance_differs",
        meaning=Message("The PG and PortOne do not agree on what is left of this payment."),
        next_step=Message("Compare the refunds here with those on the PG's page."),
    ),
    _kcp(
        "8035",
        id="too_small",
        meaning=Message("The amount is smaller than the least the PG refunds in parts."),
        next_step=_WHOLE,
    ),
    _kcp(
        "8384",
        "8385",
        "8392",
        id="no_parts",
        meaning=Message("This kind of payment, this card or this shop is not set up for refunds in parts."),
        next_step=_WHOLE,
    ),
    _kcp(
        "8386",
        id="too_many_parts",
        meaning=Message("This payment has been refunded in parts as often as the PG allows."),
        next_step=Message("Give the rest back another way."),
    ),
    _kcp(
        "8387",
        "8388",
        "8040",
        id="busy",
        meaning=Message("Another refund of this payment is still under way at the PG."),
        next_step=_WAIT,
        actor=Actor.PG,
    ),
    _kcp(
        "8098",
        "8099",
        id="tax_over",
        meaning=Message("The tax-free or taxed part is larger than what is left of it."),
        next_step=Message("Look up how the payment was taxed, and give the parts of this refund."),
    ),
    _kcp(
        "CCA9",
        id="parts_only",
        meaning=Message("It was refunded in part before, so that it cannot be cancelled as a whole."),
        next_step=Message("Refund what is left as one more part."),
    ),
    _kcp(
        "8E02",
        id="escrow_confirmed",
        meaning=Message("The customer has confirmed the purchase, which ends the escrow."),
        next_step=Message("Give the money back another way, in agreement with the customer."),
    ),
    Refusal(
        id="kakaopay.second_part",
        pgs=_KAKAOPAY,
        phrases=("requested cancel amount is bigger than cancelable amount",),
        meaning=Message("KakaoPay counts less as left, mostly because the VAT of an earlier part differs."),
        actor=Actor.SHOP,
        next_step=Message("Refund everything that is left in one go."),
        source=_KAKAO_PART,
    ),
    Refusal(
        id="kakaopay.over_balance",
        pgs=_KAKAOPAY,
        codes=("INVALID_CANCEL_AMOUNT",),
        phrases=("INVALID_CANCEL_AMOUNT",),
        meaning=Message("The PG has less left of this payment than was asked for."),
        actor=Actor.SHOP,
        next_step=_READ_AGAIN,
        source=KAKAO_BOOK,
    ),
    Refusal(
        id="kakaopay.busy",
        pgs=_KAKAOPAY,
        codes=("INVALID_CANCEL_STATUS",),
        phrases=("INVALID_CANCEL_STATUS",),
        meaning=Message(
            "KakaoPay cannot refund it in its present state, perhaps since it was asked twice at once."
        ),
        actor=Actor.SHOP,
        next_step=_WAIT,
        source=KAKAO_BOOK,
    ),
    Refusal(
        id="kcp.review",
        pgs=_KCP,
        codes=("CC67",),
        meaning=Message("A card company has not finished its review of the shop."),
        actor=Actor.PG,
        next_step=Message("Ask NHN KCP how far the review is."),
        source=_REVIEW,
    ),
    _kcp(
        "CC04",
        "CC14",
        id="card_refused",
        meaning=Message("The card is lost or stopped, or its number is wrong."),
        next_step=_OTHER_CARD,
        actor=Actor.CUSTOMER,
    ),
    _kcp(
        "CC07",
        "CC08",
        "CC10",
        id="card_limit",
        meaning=Message("The card is over its limit, or there is not enough money behind it."),
        next_step=_OTHER_CARD,
        actor=Actor.CUSTOMER,
    ),
)
"""The first that fits is told. Texts are compared without spaces, which PGs set as they please."""
