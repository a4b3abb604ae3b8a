"""Payments as the server would send them."""

from __future__ import annotations

from typing import Any

from portdesk.domain.payments import Payment, payment_from_wire

NOON = 1_790_000_000
"""A moment in 2026, in Unix seconds."""


def wire(number: int = 1, **fields: Any) -> dict[str, Any]:
    """One object of the wire: a paid card payment unless `fields` say otherwise."""
    started_at = fields.pop("started_at", NOON + number)
    return {
        "imp_uid": f"imp_{number:012d}",
        "merchant_uid": f"ORD-{number:06d}",
        "pay_method": "card",
        "channel": "pc",
        "pg_provider": "html5_inicis",
        "emb_pg_provider": None,
        "pg_tid": f"StdpayCARD{number}",
        "pg_id": "INIpayTest",
        "escrow": False,
        "apply_num": f"{number:08d}",
        "card_code": "361",
        "card_name": "BC카드",
        "card_quota": 0,
        "card_number": "4092020000001234",
        "card_type": 0,
        "name": f"주문 {number}",
        "amount": 38000,
        "cancel_amount": 0,
        "currency": "KRW",
        "buyer_name": "김민수",
        "buyer_email": "minsu@example.com",
        "buyer_tel": "010-1234-5678",
        "status": "paid",
        "started_at": started_at,
        "paid_at": started_at + 30,
        "failed_at": 0,
        "cancelled_at": 0,
        "fail_reason": None,
        "cancel_reason": None,
        "receipt_url": "https://receipt.example/1",
        "cancel_history": [],
        "sandbox": False,
        **fields,
    }


def payment(number: int = 1, **fields: Any) -> Payment:
    """The same, as the program holds it."""
    return payment_from_wire(wire(number, **fields))


def full_wire(number: int = 1, **fields: Any) -> dict[str, Any]:
    """One object with every published field told, each by a value of its own."""
    return (
        wire(
            number,
            emb_pg_provider="kakaopay",
            escrow=True,
            card_issuer_code="041",
            card_issuer_name="우리카드",
            card_publisher_code="042",
            card_publisher_name="신한카드",
            card_quota=3,
            card_type=1,
            bank_code="004",
            bank_name="KB국민은행",
            vbank_code="088",
            vbank_name="신한은행",
            vbank_num="56021234567890",
            vbank_holder="바다꽃집",
            vbank_date=NOON + 86_400,
            vbank_issued_at=NOON + 10,
            buyer_addr="서울특별시 마포구 연남동 223-14 2층",
            buyer_postcode="03980",
            custom_data='{"card":"생일 축하해요"}',
            user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/131.0",
            status="cancelled",
            cancel_amount=10_000,
            failed_at=NOON + 20,
            cancelled_at=NOON + 7200,
            fail_reason="한도초과",
            cancel_reason="고객 변심",
            cancel_receipt_urls=["https://receipt.example/c1"],
            cash_receipt_issued=True,
            customer_uid="cust-0001",
            customer_uid_usage="payment.scheduled",
            promotion={"id": "spring-26", "discount": 1500},
            cancel_history=[
                {
                    "pg_tid": "CancelTid1",
                    "amount": 10_000,
                    "cancelled_at": NOON + 7100,
                    "reason": "꽃이 시들었어요",
                    "cancellation_id": "cid-77",
                    "receipt_url": "https://receipt.example/refund",
                }
            ],
            deposit_history=[
                {
                    "pg_tid": "DepositTid1",
                    "amount": 38_000,
                    "deposited_at": NOON + 600,
                    "reason": "입금",
                    "depositor_name": "이영희",
                }
            ],
        )
        | fields
    )
