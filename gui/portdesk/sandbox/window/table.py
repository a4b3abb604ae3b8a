"""How each PG's window behaves: where it opens, what it demands, what `amount` means for a billing key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Mode(Enum):
    """Where a window opens and how it reports."""

    LAYER = "layer"
    """A frame over the shop's page; reports by message."""
    POPUP = "popup"
    """A window of its own; reports by message, and by having been closed."""
    TOP = "top"
    """In place of the shop's page; reports by going back to `m_redirect_url`."""
    BUTTON = "button"
    """Behind a button of the PG's, which `loadUI` puts into the page."""
    NEVER = "never"
    """A popup that reports nothing, ever."""


class Amounts(Enum):
    """What `amount` means when a billing key is asked for."""

    CHARGED_ABOVE_ZERO = "A"
    TEST_CHARGE_AT_ZERO = "A'"
    SHOWN_ONLY = "B"
    ALWAYS_CHARGED = "C"
    NO_WINDOW = "D"


ANY_METHOD: Final = "*"
"""For PGs that ignore `pay_method`."""

A, TEST, B, C = (
    Amounts.CHARGED_ABOVE_ZERO,
    Amounts.TEST_CHARGE_AT_ZERO,
    Amounts.SHOWN_ONLY,
    Amounts.ALWAYS_CHARGED,
)


@dataclass(frozen=True, slots=True)
class Switch:
    """A parameter that moves the window elsewhere: where it opens when true, and when false."""

    parameter: str
    when_true: Mode
    when_false: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One PG; sizes in pixels."""

    mode: Mode = Mode.LAYER
    size: tuple[int, int] = (820, 700)
    popup_name: str = "IMP_POPUP"
    switch: Switch | None = None
    is_new: bool = False
    """Answers in the newer shape: ids and errors only."""
    keys: Mapping[str, Amounts] = field(default_factory=dict)
    """By `pay_method`; a method that is not named has no billing window."""
    methods: tuple[str, ...] = ()
    """What `pay_method` may be; empty where it is ignored or unlimited."""
    needs: tuple[str, ...] = ()
    needs_with_key: tuple[str, ...] = ()
    least: int = 0
    is_euc_kr: bool = False
    is_late: bool = False
    """The truth arrives after the window has closed."""
    closes_by_alert: bool = False


CARD_TRANS_VBANK_PHONE: Final = ("card", "trans", "vbank", "phone")
_BUYER: Final = ("buyer_name", "buyer_email")

ROWS: Final[Mapping[str, Row]] = {
    "jtnet": Row(keys={"card": A}, methods=CARD_TRANS_VBANK_PHONE),
    "html5_inicis": Row(
        keys={"card": B},
        needs=("buyer_tel",),
        methods=(
            *CARD_TRANS_VBANK_PHONE, "samsung", "samsungpay", "kakaopay", "ssgpay", "chai", "payco",
            "tosspay", "lpay", "naverpay", "applepay", "cultureland", "smartculture", "happymoney",
            "booknlife",
        ),
    ),
    "paymentwall": Row(
        keys={ANY_METHOD: C}, needs=("name", *_BUYER, "currency"), size=(600, 640), is_late=True
    ),
    "kcp": Row(),
    "kcp_billing": Row(keys={"card": B}, methods=("card",), needs=("customer_uid",)),
    "kcp_quick": Row(mode=Mode.POPUP, popup_name="kcp_quick", size=(480, 720), methods=("card", "trans")),
    "nice": Row(),
    "nice_v2": Row(
        is_new=True, keys={"kakaopay": B, "naverpay": B}, needs_with_key=("customer_id",)
    ),
    "tosspayments": Row(is_new=True, size=(650, 650), keys={"card": B}, needs=("buyer_name",)),
    "uplus": Row(size=(650, 650)),
    "toss_brandpay": Row(mode=Mode.BUTTON, is_new=True, size=(460, 670), needs=("customer_id",)),
    "kakaopay": Row(size=(426, 550), keys={ANY_METHOD: A}),
    "payco": Row(
        mode=Mode.POPUP,
        popup_name="IMP_PAYCO",
        size=(727, 512),
        switch=Switch("popup", Mode.POPUP, Mode.LAYER),
        keys={ANY_METHOD: B},
        needs=("name", "buyer_tel"),
    ),
    "naverpay": Row(
        mode=Mode.TOP,
        popup_name="IMP_NAVERPAY",
        size=(760, 900),
        switch=Switch("naverPopupMode", Mode.POPUP, Mode.TOP),
        keys={ANY_METHOD: B},
        needs_with_key=("naverProductCode", "buyer_tel"),
        least=10,
    ),
    "naverco": Row(mode=Mode.NEVER, popup_name="IMP_NAVERCO", size=(760, 900)),
    "danal_tpay": Row(
        size=(720, 700),
        keys={"card": TEST},
        needs=("buyer_tel",),
        methods=("card", "trans", "vbank", "cultureland", "happymoney"),
    ),
    "danal": Row(size=(720, 700), keys={"phone": C}, methods=("phone",), needs=("buyer_tel",)),
    "mobilians": Row(keys={"phone": C}, methods=("card", "phone"), needs=("buyer_tel",)),
    "mobilians_v2": Row(
        mode=Mode.POPUP,
        popup_name="IMP_MOBILIANS",
        size=(500, 700),
        keys={"card": A, "phone": C},
        needs_with_key=("customer_id",),
        least=100,
    ),
    "settle": Row(
        mode=Mode.POPUP,
        popup_name="STPG_WALLET",
        size=(720, 630),
        methods=CARD_TRANS_VBANK_PHONE,
        needs=("buyer_tel",),
    ),
    "settle_acc": Row(
        mode=Mode.POPUP, popup_name="STPG_WALLET", size=(720, 630), keys={"trans": A}, methods=("trans",)
    ),
    "smartro": Row(
        mode=Mode.POPUP,
        popup_name="payWindow",
        size=(620, 405),
        methods=("card", "trans", "vbank"),
        is_euc_kr=True,
    ),
    "smartro_v2": Row(
        is_new=True, keys={"card": B}, needs=("buyer_tel",), needs_with_key=("customer_id",)
    ),
    "kicc": Row(keys={"card": B}, methods=CARD_TRANS_VBANK_PHONE, needs=("buyer_tel",)),
    "kicc_v2": Row(methods=("wechat", "alipay_plus"), is_late=True),
    "daou": Row(mode=Mode.POPUP, popup_name="daou", size=(480, 720), is_euc_kr=True),
    "ksnet": Row(is_new=True, needs=("buyer_name",)),
    "galaxia": Row(keys={"card": B, "phone": C}, needs=("customer_id", "name")),
    "welcome": Row(
        is_new=True,
        keys={"card": B, "phone": C},
        needs=("buyer_name", "name", "buyer_tel"),
        least=1_000,
    ),
    "tosspay": Row(
        mode=Mode.POPUP, popup_name="IMP_TOSSPAY", size=(460, 670), methods=("card",), needs=("name",)
    ),
    "tosspay_v2": Row(
        mode=Mode.POPUP,
        popup_name="IMP_TOSSPAY_V2",
        size=(460, 670),
        is_new=True,
        keys={"tosspay": B},
        methods=("tosspay", "tosspay_card", "tosspay_money"),
        needs_with_key=("customer_id",),
    ),
    "paypal": Row(
        mode=Mode.TOP,
        popup_name="IMP_PAYPAL_MODAL",
        size=(440, 700),
        switch=Switch("popup", Mode.POPUP, Mode.TOP),
    ),
    "paypal_v2": Row(
        mode=Mode.BUTTON, popup_name="IMP_PAYPAL", size=(440, 700), keys={ANY_METHOD: B}, is_late=True
    ),
    "eximbay": Row(
        mode=Mode.POPUP,
        popup_name="payment2",
        size=(640, 400),
        switch=Switch("popup", Mode.POPUP, Mode.TOP),
        needs=("buyer_name", "buyer_tel"),
    ),
    "inicis_jp": Row(
        mode=Mode.POPUP, popup_name="IMP_INICIS_JP", size=(820, 600), is_new=True, needs=("popup",)
    ),
    "bluewalnut": Row(methods=CARD_TRANS_VBANK_PHONE),
    "smilepay": Row(closes_by_alert=True, needs=("buyer_tel",), size=(480, 620)),
    "payletter_global": Row(keys={ANY_METHOD: C}, needs=("buyer_email",), is_late=True),
    "alipay": Row(mode=Mode.TOP),
    "chai": Row(
        mode=Mode.TOP,
        popup_name="chaiIamportModal",
        size=(540, 740),
        switch=Switch("popup", Mode.POPUP, Mode.TOP),
        keys={"trans": B},
        methods=("trans",),
    ),
}  # fmt: skip
"""By `pg_provider`."""


def row_of(pg_provider: str) -> Row:
    """The PG's row; one that is not known opens a plain layer."""
    return ROWS.get(pg_provider, _UNKNOWN)


def amounts_with_key(pg_provider: str, pay_method: str) -> Amounts:
    """What `amount` means for a billing key at this PG by this method."""
    keys = row_of(pg_provider).keys
    return keys.get(pay_method, keys.get(ANY_METHOD, Amounts.NO_WINDOW))


_UNKNOWN: Final = Row()
