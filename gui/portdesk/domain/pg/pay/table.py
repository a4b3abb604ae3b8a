"""Every code there is, with its pay window, and the check of a request before the window opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay import abroad, cards, inicis, jtnet, paymentwall, phones, wallets
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.channel import Choice, choose_channel
from portdesk.domain.pg.pay.effect import Effect, effect_of
from portdesk.domain.pg.pay.general import NO_SUM
from portdesk.domain.pg.pay.limits import note
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import PayWindow, WindowKind
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.domain.reference import PgSetting

_NO_PAYMENTS: Final = ("inicis_unified", "inicis_v2", "kcp_v2", "settle_firm")


def _none(code: str) -> WindowTerms:
    return WindowTerms(
        window=PayWindow(code=code, kind=WindowKind.NONE, methods=(), pays_without_key=False),
        sources=(sources.PG_CODES,),
    )


WINDOWS: Final = (
    inicis.INICIS_WINDOW,
    inicis.INICIS_OLD,
    jtnet.JTNET_WINDOW,
    paymentwall.PAYMENTWALL_WINDOW,
    cards.KCP_WINDOW,
    cards.KCP_BILLING_WINDOW,
    cards.KCP_QUICK_WINDOW,
    cards.NICE_WINDOW,
    cards.NICE_V2_WINDOW,
    cards.TOSSPAYMENTS_WINDOW,
    cards.UPLUS_WINDOW,
    cards.KICC_WINDOW,
    cards.DAOU_WINDOW,
    cards.KSNET_WINDOW,
    cards.WELCOME_WINDOW,
    phones.DANAL_WINDOW,
    phones.DANAL_TPAY_WINDOW,
    phones.MOBILIANS_WINDOW,
    phones.MOBILIANS_V2_WINDOW,
    phones.SETTLE_WINDOW,
    phones.SETTLE_ACC_WINDOW,
    phones.SMARTRO_WINDOW,
    phones.SMARTRO_V2_WINDOW,
    phones.GALAXIA_WINDOW,
    phones.BLUEWALNUT_WINDOW,
    wallets.KAKAOPAY_WINDOW,
    wallets.PAYCO_WINDOW,
    wallets.NAVERPAY_WINDOW,
    wallets.NAVERCO_WINDOW,
    wallets.TOSSPAY_WINDOW,
    wallets.TOSSPAY_V2_WINDOW,
    wallets.BRANDPAY_WINDOW,
    wallets.SMILEPAY_WINDOW,
    wallets.CHAI_WINDOW,
    abroad.PAYPAL_WINDOW,
    abroad.PAYPAL_V2_WINDOW,
    abroad.EXIMBAY_WINDOW,
    abroad.INICIS_JP_WINDOW,
    abroad.KICC_V2_WINDOW,
    abroad.PAYLETTER_WINDOW,
    abroad.ALIPAY_WINDOW,
    *(_none(code) for code in _NO_PAYMENTS),
)

UNKNOWN_WINDOW: Final = WindowTerms(
    window=PayWindow(code="", kind=WindowKind.LAYER, methods=("card",), reads_method=False, currencies=()),
    sources=(sources.PG_CODES,),
    rules=(
        note(
            "pay.unknown_pg",
            Message("This PG is not known here; its own rules could not be checked."),
            sources.PG_CODES,
            lambda asked: bool(asked.choice.code),
            severity=Severity.WARNS,
            always=True,
        ),
    ),
    without=frozenset({"pay.unread", "pay.bypass"}),
)

_BY_CODE: Final[Mapping[str, WindowTerms]] = MappingProxyType({terms.window.code: terms for terms in WINDOWS})


def terms_of(code: str) -> WindowTerms:
    """The window behind a PG's code, or a cautious one when the code is unknown."""
    return _BY_CODE.get(code, UNKNOWN_WINDOW)


def window_for(request: PayRequest, channels: Sequence[PgSetting]) -> tuple[Choice, PayWindow]:
    """The channel and the window a request opens."""
    choice = choose_channel(request, channels)
    return choice, terms_of(choice.code).window


def effect_for(request: PayRequest, channels: Sequence[PgSetting]) -> Effect:
    """What becomes of money if a request goes through."""
    return effect_of(window_for(request, channels)[1], request)


def check_pay_request(
    request: PayRequest, channels: Sequence[PgSetting], now: datetime, purpose: Purpose | None = None
) -> tuple[Finding, ...]:
    """Everything there is to say before the window opens, the worst first; no `channels` is not known."""
    choice, window = window_for(request, channels)
    asked = Asked(request=request, window=window, choice=choice, purpose=purpose, now=now)
    nonsense = NO_SUM.speak(asked)
    if nonsense is not None:
        return (nonsense,)
    return tuple(sorted(_findings(asked), key=lambda finding: finding.severity))


def _findings(asked: Asked) -> Iterator[Finding]:
    for rule in terms_of(asked.window.code).all_rules():
        finding = rule.speak(asked)
        if finding is not None:
            yield finding
