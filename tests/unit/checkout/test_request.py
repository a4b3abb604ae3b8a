from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portdesk.checkout.page import Sentinel, call_script
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.request import parameters_of, preview_of
from portdesk.domain.checkout import PayRequest

PLACE = CheckoutPlace.live("imp12345678")


def test_an_amount_is_a_number_and_nothing_unset_is_sent() -> None:
    request = PayRequest(merchant_uid="m1", amount=Decimal(1004), channel_key="channel-key-1")

    assert parameters_of(request) == {"merchant_uid": "m1", "amount": 1004, "channelKey": "channel-key-1"}
    assert type(parameters_of(request)["amount"]) is int


def test_the_way_back_is_the_hosts_own() -> None:
    request = PayRequest(merchant_uid="m1", amount=Decimal(1), m_redirect_url="https://elsewhere.example/")

    assert "m_redirect_url" not in parameters_of(request)


@given(st.text(max_size=60))
def test_no_text_gets_out_of_its_string(text: str) -> None:
    parameters = parameters_of(PayRequest(merchant_uid="m1", amount=Decimal(1), name=text))
    script = call_script(PLACE, parameters, Sentinel(token="t"))

    start = script.rindex('({"code"')
    call = json.loads(script[start + 1 : -1])
    assert call["parameters"]["name"] == parameters["name"]
    assert script.isascii()


def test_a_person_can_read_the_call() -> None:
    request = PayRequest(merchant_uid="m1", amount=Decimal(9900), name="꽃다발")

    assert preview_of(PLACE, request).splitlines() == [
        'IMP.init("imp12345678");',
        "IMP.request_pay({",
        '  "merchant_uid": "m1",',
        '  "amount": 9900,',
        '  "name": "꽃다발"',
        "}, (response) => {});",
    ]


def test_a_sub_merchant_is_named() -> None:
    place = CheckoutPlace.live("imp12345678", tier_code="AB1")

    assert preview_of(place, PayRequest(merchant_uid="m", amount=Decimal(1))).startswith(
        'IMP.agency("imp12345678", "AB1");'
    )
