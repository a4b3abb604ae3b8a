"""From the typed request to the SDK's parameters, and to the very call as a person can copy it."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from portdesk.checkout.place import CheckoutPlace
from portdesk.domain.checkout import PayRequest

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
"""The SDK takes an amount as a number only."""


def parameters_of(request: PayRequest) -> dict[str, Any]:
    """What `IMP.request_pay` is handed; where the window comes back to is the host's own business."""
    parameters: dict[str, Any] = json.loads(_ENCODER.encode(request))
    parameters.pop("m_redirect_url", None)
    return parameters


def preview_of(place: CheckoutPlace, request: PayRequest) -> str:
    """The call as it would stand in a shop's own page, to be read and copied; it is never run."""
    code = json.dumps(place.user_code)
    tier = json.dumps(place.tier_code)
    start = f"IMP.agency({code}, {tier});" if place.tier_code else f"IMP.init({code});"
    parameters = json.dumps(parameters_of(request), ensure_ascii=False, indent=2)
    return f"{start}\nIMP.request_pay({parameters}, (response) => {{}});"
