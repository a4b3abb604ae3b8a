"""What the parameters of a pay request are called by people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from portdesk.domain.checkout import PayRequest
from portdesk.domain.messages import Message

WIRE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    dict(zip(PayRequest.__struct_fields__, PayRequest.__struct_encode_fields__, strict=True))
)
"""The wire's name of each parameter by its Python name."""

FIELDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "merchant_uid": Message("Order number"),
        "amount": Message("Amount"),
        "name": Message("Order name"),
        "currency": Message("Currency"),
        "tax_free": Message("Tax-free part"),
        "vat_amount": Message("VAT"),
        "customer_uid": Message("Billing key"),
        "customer_id": Message("Customer number at the PG"),
        "buyer_name": Message("Customer's name"),
        "buyer_tel": Message("Customer's phone"),
        "buyer_email": Message("Customer's e-mail"),
        "buyer_addr": Message("Customer's address"),
        "buyer_postcode": Message("Postcode"),
        "escrow": Message("Escrow"),
        "digital": Message("Nothing is shipped (digital goods)"),
        "vbank_due": Message("Pay by"),
        "biz_num": Message("Business number"),
        "period": Message("Service period"),
        "display": Message("Instalments offered"),
        "card": Message("Cards offered"),
        "use_free_interest_from_mall": Message("The shop pays the interest"),
        "company": Message("Shop name in the window"),
        "company_en": Message("Shop name in English"),
        "store_details": Message("Shop details"),
        "products": Message("Goods"),
        "kcp_products": Message("Goods for escrow"),
        "kicc_products": Message("Goods for escrow"),
        "naver_products": Message("Goods for Naver Pay"),
        "naver_product_code": Message("Naver Pay product code"),
        "naver_product_count": Message("Naver Pay product count"),
        "naver_popup_mode": Message("Naver Pay in a window of its own"),
        "naver_use_cfm": Message("Last day of use"),
        "language": Message("Language of the window"),
        "popup": Message("In a window of its own"),
        "use_test_method": Message("Test payment methods"),
        "bypass": Message("The PG's own options"),
        "phone": Message("Carriers offered"),
        "prefill": Message("Phone number filled in"),
        "cvs": Message("Convenience store deadline"),
    }
)


def field_name(name: str) -> Message:
    """What people call a parameter, with the wire's own word."""
    wire = WIRE_NAMES.get(name, name)
    return (
        Message("{field} ({parameter})", field=FIELDS[name], parameter=wire)
        if name in FIELDS
        else Message(wire)
    )
