"""The hosts that payment providers, card companies and PortOne are known to use."""

from __future__ import annotations

from typing import Final

KNOWN: Final = frozenset(
    {
        # PortOne
        "iamport.kr", "iamport.co", "portone.io",
        # payment providers
        "inicis.com", "kcp.co.kr", "nicepay.co.kr", "tosspayments.com", "toss.im", "kicc.co.kr",
        "easypay.co.kr", "kakaopay.com", "kakao.com", "payco.com", "naver.com", "danalpay.com",
        "teledit.com", "danal.co.kr", "mobilians.co.kr", "kgmobilians.com", "settlebank.co.kr",
        "hectofinancial.co.kr", "smartropay.co.kr", "ksnet.co.kr", "ksnetpay.com", "kspay.co.kr",
        "daoupay.com", "kiwoompay.co.kr", "welcomepayments.co.kr", "galaxiamoneytree.co.kr", "billgate.net",
        "jtnet.co.kr", "paymentwall.com", "paypal.com", "paypalobjects.com", "eximbay.com", "payletter.com",
        "bluewalnut.co.kr", "smilepay.co.kr", "gmarket.co.kr", "samsungpay.com", "ssgpay.com", "lpay.com",
        "alipay.com", "tenpay.com", "chai.finance",
        # card companies and what they ask the cardholder with
        "vpay.co.kr", "bccard.com", "kbcard.com", "shinhancard.com", "samsungcard.com", "samsungcard.co.kr",
        "hyundaicard.com", "lottecard.co.kr", "hanacard.co.kr", "nonghyup.com", "wooricard.com",
        "citibank.co.kr", "kjbank.com", "jbbank.co.kr", "e-jejubank.com", "suhyup-bank.com", "cu.co.kr",
        "kdb.co.kr", "kbstar.com", "kakaobank.com", "kbanknow.com", "epostbank.go.kr", "kftc.or.kr",
        "visa.com", "mastercard.com", "jcb.co.jp",
    }
)  # fmt: skip
"""Names rot, so this list only decides whether a bar asks to look twice, never what a page may do."""


def is_known(host: str) -> bool:
    """Whether `host` is one of these or below one."""
    parts = host.lower().rstrip(".").split(".")
    return any(".".join(parts[place:]) in KNOWN for place in range(len(parts)))
