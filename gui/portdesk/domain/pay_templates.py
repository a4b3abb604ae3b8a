"""Pay requests kept under a name, to begin the next one from."""

from __future__ import annotations

from typing import Final

import msgspec

from portdesk.domain.checkout import PayRequest

_OF_ONE_ORDER: Final = ("merchant_uid", "customer_uid", "customer_id")
_PERSONAL: Final = (
    *("buyer_name", "buyer_first_name", "buyer_last_name", "buyer_tel", "buyer_email"),
    *("buyer_addr", "buyer_postcode", "prefill", "naver_purchaser_name", "naver_purchaser_birthday"),
)


class PayTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """`purpose` is the value of a `Purpose`; the request has no order number and no key of anybody."""

    name: str
    purpose: str
    request: PayRequest


def template_of(name: str, purpose: str, request: PayRequest, *, keep_customer: bool) -> PayTemplate:
    """What is kept of `request`; who the customer is only if `keep_customer` says so."""
    dropped: dict[str, object] = dict.fromkeys(_OF_ONE_ORDER)
    if not keep_customer:
        dropped |= dict.fromkeys(_PERSONAL)
    dropped["merchant_uid"] = ""
    return PayTemplate(name=name, purpose=purpose, request=msgspec.structs.replace(request, **dropped))
