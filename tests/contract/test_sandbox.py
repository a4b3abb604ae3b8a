"""Every reply of the sandbox against the fact table of the published description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from contract import published
from portdesk.sandbox.clock import Clock
from portdesk.sandbox.record import blank
from portdesk.sandbox.routes import OPERATIONS
from portdesk.sandbox.server import start_sandbox
from portdesk.sandbox.settings import DEVIATIONS, SandboxSettings
from unit.sandbox.shopkeeper import NOW, Shop, put_payment

TABLE = published.load()
DEFINITIONS = TABLE["definitions"]
BUILT = {"authenticate", "payments", "payments.validation", "codes", "users", "tiers", "subscribe.customer"}
NOT_YET = "GET /subscribe/customers/{customer_uid}/schedules"
PUBLISHED = {
    name: facts for name, facts in TABLE["operations"].items() if facts["tag"] in BUILT and name != NOT_YET
}
DEVIATING = {deviation.where for deviation in DEVIATIONS}

PLAIN: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "number": (int, float)}
NEVER_MET = {"GET /cards 404": "the list itself is always there", "GET /banks 404": "likewise"}
"""Published replies that this server has no reason to give."""


def misfits(shape: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    """Where `value` is not what the table says; null stands for whatever did not happen."""
    if "ref" in shape:
        shape = {"type": "object"} | DEFINITIONS[shape["ref"]]
    if value is None:
        return
    if "CustomerResponse" in shape.get("fields", ()):
        # Published as one field for each of two kinds of key; an answer is one of the two.
        shape = {"type": "object"} | DEFINITIONS["CustomerResponse"]
    if shape["type"] == "array" and isinstance(value, list):
        for item in value:
            yield from misfits(shape["item"], item, f"{where}[]")
    elif shape["type"] == "object" and isinstance(value, dict):
        yield from field_misfits(shape, value, where)
    else:
        yield from plain_misfits(shape, value, where)


def plain_misfits(shape: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    wanted = PLAIN.get(shape["type"], ())
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        yield f"{where}: {value!r} is no {shape['type']}"
    if len(str(value)) > shape.get("maxLength", len(str(value))):
        yield f"{where}: longer than {shape['maxLength']}"
    if value not in shape.get("enum", [value]):
        yield f"{where}: {value!r} is not one of {shape['enum']}"


def field_misfits(shape: dict[str, Any], value: dict[str, Any], where: str) -> Iterator[str]:
    fields = shape.get("fields")
    if fields is None:
        return
    required = shape["required"]
    yield from (f"{where}: {name} is required" for name in required if name not in value)
    for name, item in value.items():
        if name in fields:
            yield from misfits(fields[name], item, f"{where}.{name}")
        elif name not in required:
            yield f"{where}: {name} is not published"


def replied(shop: Shop) -> Iterator[tuple[str, Any]]:
    """One reply of each kind of each operation, with the operation's published name."""
    payment = put_payment(shop.sandbox)
    uid, order = payment["imp_uid"], payment["merchant_uid"]
    retried = put_payment(shop.sandbox, merchant_uid=order, status="failed", paid_at=0, failed_at=NOW)
    payco = put_payment(shop.sandbox, pg_provider="payco")["imp_uid"]
    one, find, find_all = (
        "GET /payments/{imp_uid}",
        "GET /payments/find/{merchant_uid}/{payment_status}",
        "GET /payments/findAll/{merchant_uid}/{payment_status}",
    )
    listed = "GET /payments/status/{payment_status}"
    yield "POST /users/getToken", shop.post("/users/getToken", imp_key="x", imp_secret="y")
    keys = {"imp_key": shop.sandbox.imp_key, "imp_secret": shop.sandbox.imp_secret}
    yield "POST /users/getToken", shop.post("/users/getToken", **keys)
    yield one, shop.get(f"/payments/{uid}")
    yield one, shop.get("/payments/none")
    several = {"imp_uid[]": [uid], "merchant_uid[]": [order]}
    yield "GET /payments", shop.get("/payments", **several)
    yield "GET /payments", shop.get("/payments", **several | {"imp_uid[]": [uid, "none"]})
    yield "GET /payments", shop.get("/payments", **{"imp_uid[]": "none"})
    yield find, shop.get(f"/payments/find/{order}")
    yield find, shop.get(f"/payments/find/{order}/failed")
    yield find, shop.get("/payments/find/none")
    yield find_all, shop.get(f"/payments/findAll/{order}")
    yield find_all, shop.get(f"/payments/findAll/{order}/{retried['status']}")
    yield find_all, shop.get(f"/payments/findAll/{order}/nonsense")
    yield find_all, shop.get("/payments/findAll/none")
    for status in ("all", "ready", "paid", "cancelled", "failed", "nonsense"):
        for window in range(13):
            until = NOW - window * 90 * 86_400
            yield listed, shop.get(f"/payments/status/{status}", to=until, limit=1000)
    yield "POST /payments/cancel", shop.post("/payments/cancel", imp_uid=uid, amount=100)
    yield "POST /payments/cancel", shop.post("/payments/cancel", imp_uid="none")
    shop.cancel(imp_uid=payco, amount=1_000)
    balance = "GET /payments/{imp_uid}/balance"
    yield balance, shop.get(f"/payments/{payco}/balance")
    yield balance, shop.get("/payments/none/balance")
    yield balance, shop.http.put(f"/payments/{payco}/balance", headers=shop.headers)
    prepare = {"merchant_uid": "contract", "amount": 1000}
    put = {"json": prepare, "headers": shop.headers}
    yield "PUT /payments/prepare", shop.http.put("/payments/prepare", **put)
    yield "POST /payments/prepare", shop.post("/payments/prepare", **prepare)
    yield "PUT /payments/prepare", shop.http.put("/payments/prepare", **put)
    yield "GET /payments/prepare/{merchant_uid}", shop.get("/payments/prepare/contract")
    for kind, parameter, code in (("cards", "card", "366"), ("banks", "bank", "004")):
        yield f"GET /{kind}", shop.get(f"/{kind}")
        for asked in (code, "none"):
            yield f"GET /{kind}/{{{parameter}_standard_code}}", shop.get(f"/{kind}/{asked}")
    yield "GET /users/pg", shop.get("/users/pg")
    for code in ("B2B", "none"):
        yield "GET /tiers/{tier_code}", shop.get(f"/tiers/{code}")
    yield from replied_about_keys(shop)
    shop.headers.clear()
    for name, facts in PUBLISHED.items():
        if name != "POST /users/getToken":
            path = facts["path"].replace("{", "").replace("}", "")
            yield name, shop.http.request(facts["method"], path)


def replied_about_keys(shop: Shop) -> Iterator[tuple[str, Any]]:
    customers = "/subscribe/customers"
    one = f"{customers}/{{customer_uid}}"
    card = {"card_number": "4518-4212-3456-7894", "expiry": "2030-01", "birth": "820213", "pwd_2digit": "00"}
    charged = next(row for row in shop.sandbox.state.payments() if row["customer_uid"])["customer_uid"]
    for channel in shop.get("/users/pg").json()["response"]:
        yield f"POST {one}", shop.post(f"{customers}/new", channel_key=channel["channel_key"], **card)
    for uid in (charged, "new", "nobody"):
        yield f"GET {one}", shop.get(f"{customers}/{uid}")
        yield f"GET {one}/payments", shop.get(f"{customers}/{uid}/payments")
    for asked in ([charged], [charged, "nobody"], ["nobody"]):
        yield f"GET {customers}", shop.get(customers, **{"customer_uid[]": asked})
    for _ in range(2):
        yield f"DELETE {one}", shop.http.delete(f"{customers}/new", headers=shop.headers)


@pytest.fixture(scope="module")
def replies() -> list[tuple[str, int, Any]]:
    with start_sandbox(SandboxSettings(payments=1500, clock=Clock(NOW))) as running:
        shop = Shop(running)
        shop.sign_in()
        collected = [(name, answer.status_code, answer.json()) for name, answer in replied(shop)]
        shop.http.close()
    return collected


class TestCheck:
    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"paid_at": "1"}, "is no integer"),
            ({"amount": True}, "is no number"),
            ({"sandbox": 1}, "is no boolean"),
            ({"cancel_history": {}}, "is no array"),
            ({"cancel_history": [{"amount": 1}]}, "cancellation_id is required"),
            ({"imp_uid": "i" * 33}, "longer than 32"),
            ({"colour": "red"}, "is not published"),
        ],
    )
    def test_it_sees_each_kind_of_misfit(self, change: dict[str, Any], word: str) -> None:
        payment = msgspec.json.decode(msgspec.json.encode(blank())) | change

        found = list(misfits({"ref": "PaymentAnnotation"}, payment, "payment"))

        assert found
        assert any(word in misfit for misfit in found)

    def test_it_sees_what_is_missing(self) -> None:
        assert "payment: imp_uid is required" in misfits({"ref": "PaymentAnnotation"}, {}, "payment")


class TestRoutes:
    def test_every_published_operation_of_the_built_tags_has_a_route_and_back(self) -> None:
        built = {operation.name: operation.tag for operation in OPERATIONS}

        assert built == {name: facts["tag"] for name, facts in PUBLISHED.items()}
        assert len(built) == len(OPERATIONS)


class TestReplies:
    def test_each_published_status_of_each_operation_was_met(
        self, replies: list[tuple[str, int, Any]]
    ) -> None:
        met = {f"{name} {status}" for name, status, _ in replies}
        known = {f"{name} {status}" for name, facts in PUBLISHED.items() for status in facts["replies"]}

        assert known - met == set(NEVER_MET)

    def test_each_is_an_envelope(self, replies: list[tuple[str, int, Any]]) -> None:
        for name, status, body in replies:
            assert set(body) == {"code", "message", "response"}, name
            if status >= 400:
                assert body["code"] != 0
            if body["code"] != 0:
                assert body["response"] is None
                assert body["message"]

    def test_each_success_fits_the_table(self, replies: list[tuple[str, int, Any]]) -> None:
        found = {
            misfit
            for name, status, body in replies
            if status < 400
            for misfit in misfits(PUBLISHED[name]["replies"][str(status)], body, name)
        }

        prepared = {misfit for misfit in found if "/payments/prepare" in misfit}
        assert found - prepared == set()
        assert {misfit.rpartition(": ")[2] for misfit in prepared} == {
            f"{field} is required" for field in ("total", "previous", "next")
        }
        assert "PaymentPrepare" in DEVIATING

    def test_every_published_field_of_a_payment_is_there(self, replies: list[tuple[str, int, Any]]) -> None:
        fields = set(DEFINITIONS["PaymentAnnotation"]["fields"])
        rows = [row for name, status, body in replies for row in listed_rows(name, status, body)]

        assert len(rows) > 1500
        assert all(set(row) == fields for row in rows)
        told = {name for row in rows for name, value in row.items() if value not in (None, 0, "", [])}
        assert fields - told == set()

    def test_every_published_field_of_a_key_is_there(self, replies: list[tuple[str, int, Any]]) -> None:
        fields = set(DEFINITIONS["CustomerAnnotation"]["fields"])
        keys = [
            body["response"]
            for name, _, body in replies
            if name.endswith("/subscribe/customers/{customer_uid}") and body["response"]
        ]

        assert len(keys) > 5
        assert all(set(key) == fields for key in keys)


def listed_rows(name: str, status: int, body: dict[str, Any]) -> list[dict[str, Any]]:
    if name != "GET /payments/status/{payment_status}" or status != 200:
        return []
    rows: list[dict[str, Any]] = body["response"]["list"]
    return rows
