"""What the pay window is asked for, in the SDK's own words."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from portdesk.domain.checkout_parts import (
    Card,
    ConvenienceStore,
    Display,
    EscrowProduct,
    NaverProduct,
    Period,
    Phone,
    Prefill,
    Product,
    StoreDetails,
)


class Purpose(Enum):
    """What a person opens the window for; what the PG makes of it stands in its terms."""

    PAY = "pay"
    REGISTER = "register"
    """A card is registered and nothing is charged."""
    BOTH = "both"
    """A card is registered and charged at once."""


class PayRequest(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={
        "channel_key": "channelKey",
        "use_free_interest_from_mall": "useFreeInterestFromMall",
        "store_details": "storeDetails",
        "kcp_products": "kcpProducts",
        "kicc_products": "kiccProducts",
        "naver_popup_mode": "naverPopupMode",
        "naver_products": "naverProducts",
        "naver_use_cfm": "naverUseCfm",
        "naver_product_code": "naverProductCode",
        "naver_product_count": "naverProductCount",
        "naver_purchaser_name": "naverPurchaserName",
        "naver_purchaser_birthday": "naverPurchaserBirthday",
        "naver_merchant_user_key": "naverMerchantUserKey",
        "naver_culture_benefit": "naverCultureBenefit",
        "naver_chain_id": "naverChainId",
    },
):
    """
    The parameters of `IMP.request_pay`; a field of `None` is not sent.

    Encode it with `decimal_format="number"`: the SDK takes an amount as a number only. There is no
    field for a card number on purpose; it is typed into the PG's page. `m_redirect_url` belongs to
    whoever opens the window.
    """

    merchant_uid: str
    amount: Decimal
    """Major units. With `customer_uid` each PG reads it in its own way."""
    pay_method: str | None = None
    channel_key: str | None = None
    pg: str | None = None
    """`{code}` or `{code}.{MID}`; the older word for `channel_key`."""
    name: str | None = None
    currency: str | None = None
    tax_free: Decimal | None = None
    vat_amount: Decimal | None = None
    customer_uid: str | None = None
    customer_id: str | None = None

    buyer_name: str | None = None
    buyer_first_name: str | None = None
    buyer_last_name: str | None = None
    buyer_tel: str | None = None
    buyer_email: str | None = None
    buyer_addr: str | None = None
    buyer_postcode: str | None = None

    escrow: bool | None = None
    digital: bool | None = None
    """Nothing is shipped; phone bills ask for it."""
    vbank_due: str | None = None
    """`YYYY-MM-DD`, `YYYYMMDD`, or either with a time."""
    biz_num: str | None = None
    period: Period | None = None
    display: Display | None = None
    card: Card | None = None
    use_free_interest_from_mall: bool | None = None
    phone: Phone | None = None
    prefill: Prefill | None = None
    cvs: ConvenienceStore | None = None
    products: tuple[Product, ...] | None = None
    company: str | None = None
    company_en: str | None = None
    store_details: StoreDetails | None = None
    kcp_products: tuple[EscrowProduct, ...] | None = None
    kicc_products: tuple[EscrowProduct, ...] | None = None

    naver_popup_mode: bool | None = None
    naver_products: tuple[NaverProduct, ...] | None = None
    naver_use_cfm: str | None = None
    naver_product_code: str | None = None
    naver_product_count: int | None = None
    naver_purchaser_name: str | None = None
    naver_purchaser_birthday: str | None = None
    naver_merchant_user_key: str | None = None
    naver_culture_benefit: bool | None = None
    naver_chain_id: str | None = None

    language: str | None = None
    popup: bool | None = None
    use_test_method: bool | None = None
    bypass: dict[str, Any] | None = None
    """The PG's own switches, as its page names them."""
    custom_data: dict[str, Any] | None = None
    confirm_url: str | None = None
    notice_url: str | tuple[str, ...] | None = None
    m_redirect_url: str | None = None
    app_scheme: str | None = None

    def __repr__(self) -> str:
        # It may end up in a log, and most of it is somebody's personal data.
        return f"PayRequest(merchant_uid={self.merchant_uid!r}, pay_method={self.pay_method!r})"
