"""Every Endpoint against the published description, field by field and both ways."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from contract import published
from contract.shapes import Facts, Samples, fields_of, shape_of
from portdesk.api import endpoints
from portdesk.api.codec import read_envelope
from portdesk.api.endpoint import Endpoint, Kind, Place, slots_of
from portdesk.api.endpoints import ALL_ENDPOINTS
from portdesk.api.endpoints.authenticate import AccessToken
from portdesk.api.endpoints.payments import PagedPayments
from portdesk.api.reading import Listed
from portdesk.domain.balances import Balance, BalanceEntry, BalancePart
from portdesk.domain.billing_keys import BillingKey
from portdesk.domain.payments import Cancellation, Deposit, Payment, Promotion
from portdesk.domain.prepares import Prepare
from portdesk.domain.reference import PgSetting, StandardCode, Tier
from portdesk.domain.times import to_unix

TABLE = published.load()
OPERATIONS: Facts = TABLE["operations"]
DEFINITIONS: Facts = TABLE["definitions"]

NOT_YET = (
    "POST /benepia/point",
    "POST /benepia/payment",
    "GET /certifications/{imp_uid}",
    "DELETE /certifications/{imp_uid}",
    "POST /certifications/otp/request",
    "POST /certifications/otp/confirm/{imp_uid}",
    "GET /subscribe/customers",
    "POST /subscribe/customers/{customer_uid}",
    "DELETE /subscribe/customers/{customer_uid}",
    "GET /subscribe/customers/{customer_uid}/payments",
    "GET /subscribe/customers/{customer_uid}/schedules",
    "POST /cvs",
    "DELETE /cvs/{imp_uid}",
    "GET /escrows/logis/{imp_uid}",
    "PUT /escrows/logis/{imp_uid}",
    "POST /escrows/logis/{imp_uid}",
    "DELETE /kcpquick/members/{member_id}",
    "POST /kcpquick/payment/money",
    "PUT /kcpquick/prepare/{merchant_uid}",
    "POST /kcpquick/prepare/{merchant_uid}",
    "POST /kcpquick/payment/autopay",
    "DELETE /kcpquick/autopay/{customer_uid}",
    "POST /kcpquick/members/{member_id}/fido/release",
    "POST /payments/{imp_uid}/naver/cancel",
    "POST /payments/{imp_uid}/naver/approve-cancel",
    "POST /payments/{imp_uid}/naver/ship",
    "POST /payments/{imp_uid}/naver/ship-exchanged",
    "POST /payments/{imp_uid}/naver/collect-exchanged",
    "POST /payments/{imp_uid}/naver/place",
    "POST /payments/{imp_uid}/naver/request-return",
    "POST /payments/{imp_uid}/naver/approve-return",
    "POST /payments/{imp_uid}/naver/reject-return",
    "POST /payments/{imp_uid}/naver/withhold-return",
    "POST /payments/{imp_uid}/naver/resolve-return",
    "POST /payments/{imp_uid}/naver/point",
    "POST /payments/{imp_uid}/naver/confirm",
    "GET /payments/{imp_uid}/naver/product-orders",
    "GET /naver/product-orders/{product_order_id}",
    "GET /naver/reviews",
    "GET /payments/{imp_uid}/naver/cash-amount",
    "POST /partners/receipts/{imp_uid}",
    "POST /payco/orders/status/{imp_uid}",
    "POST /paymentwall/delivery",
    "GET /receipts/{imp_uid}",
    "POST /receipts/{imp_uid}",
    "DELETE /receipts/{imp_uid}",
    "GET /receipts/external/{merchant_uid}",
    "POST /receipts/external/{merchant_uid}",
    "DELETE /receipts/external/{merchant_uid}",
    "POST /subscribe/payments/onetime",
    "POST /subscribe/payments/again",
    "GET /subscribe/payments/schedule",
    "POST /subscribe/payments/schedule",
    "POST /subscribe/payments/unschedule",
    "GET /subscribe/payments/schedule/{merchant_uid}",
    "PUT /subscribe/payments/schedule/{merchant_uid}",
    "POST /subscribe/payments/schedule/{merchant_uid}/reschedule",
    "POST /subscribe/payments/schedule/{merchant_uid}/retry",
    "GET /subscribe/payments/schedule/customers/{customer_uid}",
    "POST /vbanks",
    "PUT /vbanks/{imp_uid}",
    "DELETE /vbanks/{imp_uid}",
)
"""Published operations that have no Endpoint so far. Building one takes its line from here."""

STRICTER = {
    ("POST /payments/cancel", "imp_uid"): "a merchant_uid may name several payments",
    ("POST /payments/cancel", "amount"): "missing or 0 gives everything back",
    ("POST /payments/cancel", "checksum"): "missing checks nothing",
}
"""Parameters we require although they are published as optional."""

NEVER_SENT = {
    ("POST /payments/cancel", "merchant_uid"): "imp_uid says which payment without doubt",
}
"""Published parameters that cannot be expressed."""

OTHER_TYPE = {
    ("POST /payments/cancel", "extra"): ("array", "object"),
}
"""Parameters whose published type is wrong: (published, in truth)."""

ONLY_IN_PROSE = {
    ("GET /payments/findAll/{merchant_uid}/{payment_status}", "page"): {"minimum": 1},
    ("GET /payments/status/{payment_status}", "page"): {"minimum": 1},
}
"""Bounds that the published description tells in words."""

STRUCTS: dict[str, Any] = {
    "AuthAnnotation": AccessToken,
    "PaymentAnnotation": Payment,
    "PaymentCancelAnnotation": Cancellation,
    "VbankDepositAnnotation": Deposit,
    "PagedPaymentAnnotation": PagedPayments,
    "PaymentBalanceResponseAnnotation": Balance,
    "PaymentBalanceHistoriesAnnotation": BalanceEntry,
    "PaymentBalanceAnnotation": BalancePart,
    "PaymentPrepareAnnotation": Prepare,
    "StandardCodeAnnotation": StandardCode,
    "PgSettingAnnotation": PgSetting,
    "TierAnnotation": Tier,
    "CustomerAnnotation": BillingKey,
}
"""What each published definition is read as."""

OUR_OWN = {
    ("PaymentAnnotation", "wire"),
    ("PagedPaymentAnnotation", "unreadable"),
    ("VbankDepositAnnotation", "reason"),
}
"""Fields of our nouns that are not published as fields (`reason` is only in the list of required ones)."""

MORE_LENIENT = {
    ("PaymentCancelAnnotation", "pg_tid"),
    ("PaymentCancelAnnotation", "reason"),
    ("PaymentCancelAnnotation", "cancelled_at"),
    ("PaymentCancelAnnotation", "cancellation_id"),
    ("VbankDepositAnnotation", "pg_tid"),
    ("VbankDepositAnnotation", "depositor_name"),
    ("VbankDepositAnnotation", "deposited_at"),
    ("CustomerAnnotation", "card_name"),
}
"""Fields published as required that real answers lack, or that are no reason to hide a payment."""

REQUIRED_IN_TRUTH = {
    ("PaymentPrepareAnnotation", "merchant_uid"),
    ("PaymentPrepareAnnotation", "amount"),
}
"""Fields without which an answer says nothing; the published list of this definition is another's."""


def by_name(endpoint: Endpoint[Any, Any]) -> str:
    return endpoint.name


class TestCompleteness:
    def test_every_operation_has_an_endpoint_or_is_listed_as_not_yet(self) -> None:
        assert sorted(set(OPERATIONS) - {endpoint.name for endpoint in ALL_ENDPOINTS}) == sorted(NOT_YET)

    def test_no_operation_has_two_endpoints(self) -> None:
        names = [endpoint.name for endpoint in ALL_ENDPOINTS]

        assert len(names) == len(set(names))

    def test_all_endpoints_names_every_endpoint_of_every_module(self) -> None:
        modules = [
            importlib.import_module(f"{endpoints.__name__}.{module.name}")
            for module in pkgutil.iter_modules(endpoints.__path__)
        ]
        found = {
            id(value) for module in modules for value in vars(module).values() if type(value) is Endpoint
        }

        assert found == {id(endpoint) for endpoint in ALL_ENDPOINTS}

    def test_deviations_speak_of_published_parameters(self) -> None:
        for name, parameter in [*STRICTER, *NEVER_SENT, *OTHER_TYPE, *ONLY_IN_PROSE]:
            assert parameter in {facts["name"] for facts in OPERATIONS[name]["parameters"]}


@pytest.mark.parametrize("endpoint", ALL_ENDPOINTS, ids=by_name)
class TestRequest:
    def test_method_path_and_tag(self, endpoint: Endpoint[Any, Any]) -> None:
        facts = OPERATIONS[endpoint.name]

        assert (endpoint.method, endpoint.path, endpoint.tag) == (
            facts["method"],
            facts["path"],
            facts["tag"],
        )

    def test_only_reads_and_the_token_may_be_repeated(self, endpoint: Endpoint[Any, Any]) -> None:
        assert (endpoint.kind is Kind.READ) == (endpoint.method == "GET")
        assert (endpoint.kind is Kind.TOKEN) == (endpoint.path == "/users/getToken")

    def test_every_parameter_both_ways(self, endpoint: Endpoint[Any, Any]) -> None:
        ours = {
            slot.wire_name: {"in": slot.place.value, "required": slot.is_required}
            | _plain(shape_of(slot.type))
            for slot in slots_of(endpoint.request)
            if slot.place is not Place.NOWHERE
        }

        assert ours == {
            facts["name"]: _expected(endpoint.name, facts)
            for facts in OPERATIONS[endpoint.name]["parameters"]
            if (endpoint.name, facts["name"]) not in NEVER_SENT
        }


def _expected(operation: str, facts: Facts) -> Facts:
    key = (operation, facts["name"])
    expected = _plain(
        {word: value for word, value in facts.items() if word not in ("name", "in", "required")}
    )
    if key in OTHER_TYPE:
        published_type, expected["type"] = OTHER_TYPE[key]
        assert facts["type"] == published_type
    place = "body" if facts["in"] == "formData" else facts["in"]
    if key in STRICTER:
        assert not facts["required"]
    return (
        {"in": place, "required": facts["required"] or key in STRICTER}
        | expected
        | ONLY_IN_PROSE.get(key, {})
    )


def _plain(shape: Facts) -> Facts:
    return {word: value for word, value in shape.items() if word not in ("struct", "ref", "fields")}


@pytest.mark.parametrize("definition", STRUCTS)
class TestReply:
    def test_the_fields_are_the_published_ones(self, definition: str) -> None:
        ours = {
            wire_name
            for name, wire_name, _, _ in fields_of(STRUCTS[definition])
            if (definition, name) not in OUR_OWN
        }

        assert ours == set(DEFINITIONS[definition]["fields"])

    def test_the_types_are_the_published_ones(self, definition: str) -> None:
        for name, wire_name, shape, _ in fields_of(STRUCTS[definition]):
            if (definition, name) not in OUR_OWN:
                _assert_same_type(shape, DEFINITIONS[definition]["fields"][wire_name])

    def test_what_is_required_is_published_as_required(self, definition: str) -> None:
        ours = {wire_name for _, wire_name, _, is_required in fields_of(STRUCTS[definition]) if is_required}
        facts = DEFINITIONS[definition]
        lenient = {field for owner, field in MORE_LENIENT if owner == definition}
        in_truth = {field for owner, field in REQUIRED_IN_TRUTH if owner == definition}
        published_required = set(facts["required"]) & set(facts["fields"])

        assert ours == (published_required - lenient) | in_truth
        assert lenient <= published_required
        assert not in_truth & published_required


def _assert_same_type(ours: Facts, facts: Facts) -> None:
    if "ref" in facts:
        assert ours["struct"] is STRUCTS[facts["ref"]]
    elif facts["type"] == "array":
        _assert_same_type(ours["item"], facts["item"])
    elif "fields" in facts:
        assert ours["struct"] is Promotion
        assert {field.encode_name for field in msgspec.structs.fields(Promotion)} == set(facts["fields"])
    else:
        assert ours["type"] == facts["type"]


@pytest.mark.parametrize("endpoint", ALL_ENDPOINTS, ids=by_name)
class TestDecoding:
    def test_every_published_field_arrives_where_it_belongs(self, endpoint: Endpoint[Any, Any]) -> None:
        wire = _response(endpoint, Samples(DEFINITIONS).full)

        _assert_arrived(wire, _decoded(endpoint, wire))

    def test_the_required_fields_alone_are_enough(self, endpoint: Endpoint[Any, Any]) -> None:
        wire = _response(endpoint, Samples(DEFINITIONS).least)
        if endpoint.tag == "payments.validation":
            wire |= {"merchant_uid": "order", "amount": Decimal(1)}

        _assert_arrived(wire, _decoded(endpoint, wire))


def _response(endpoint: Endpoint[Any, Any], make: Any) -> Any:
    reply = OPERATIONS[endpoint.name]["replies"]["200"]
    reply = next(iter(reply.get("fields", {"": reply}).values()))  # of two possible ones the plainer
    return make(DEFINITIONS[reply["ref"]]["fields"]["response"])


def _decoded(endpoint: Endpoint[Any, Any], wire: Any) -> Any:
    encoder = msgspec.json.Encoder(decimal_format="number")
    return endpoint.decode(read_envelope(encoder.encode({"code": 0, "response": wire})).response)


def _assert_arrived(wire: Any, value: Any) -> None:
    if isinstance(wire, dict):
        names = {wire_name: name for name, wire_name, _, _ in fields_of(type(value))}
        for wire_name, entry in wire.items():
            _assert_arrived(entry, getattr(value, names[wire_name]))
    elif isinstance(wire, list):
        entries = value.list if isinstance(value, Listed) else value
        for entry, arrived in zip(wire, entries, strict=True):
            _assert_arrived(entry, arrived)
    elif isinstance(value, datetime):
        assert to_unix(value) == wire
    else:
        assert (value, type(value) is Decimal) == (wire, type(wire) is Decimal)
