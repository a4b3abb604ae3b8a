"""What the pay form remembers comes back; a broken file costs the memory, never the form."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portdesk.domain.checkout import PayRequest
from portdesk.domain.checkout_parts import Card, CardDetail, Display
from portdesk.domain.pay_templates import template_of
from portdesk.domain.reference import PgSetting
from portdesk.store.pay_forms import PayFormFile, PayFormMemory

CHANNEL = PgSetting(pg_provider="jtnet", pg_id="MID1", is_test_channel=True, type="payment", channel_key="k1")
REQUEST = PayRequest(
    merchant_uid="order1",
    amount=Decimal("12.50"),
    currency="USD",
    customer_uid="kim_0001",
    buyer_name="김민서",
    display=Display(card_quota=()),
    card=Card(detail=(CardDetail(card_code="*", enabled=False),)),
    bypass={"ps": "test"},
)


@pytest.fixture
def file(tmp_path: Path) -> PayFormFile:
    return PayFormFile(tmp_path / "shop" / "pay_forms.json")


def test_everything_comes_back(file: PayFormFile) -> None:
    template = template_of("one", "pay", REQUEST, keep_customer=True)
    memory = PayFormMemory(
        channels=(CHANNEL,),
        channels_read_at=datetime(2026, 9, 21, tzinfo=UTC),
        templates=(template,),
        user_code="imp12345678",
        origin="https://www.example.kr",
    )
    file.save(memory)

    assert file.load() == memory


def test_a_template_has_no_order_and_no_key_of_anybody() -> None:
    kept = template_of("one", "pay", REQUEST, keep_customer=False).request

    assert (kept.merchant_uid, kept.customer_uid, kept.buyer_name) == ("", None, None)
    assert (kept.amount, kept.bypass) == (Decimal("12.50"), {"ps": "test"})


@pytest.mark.parametrize("content", [b"", b"{", b'{"templates": 5}', b"\xff", b"[" * 100_000])
def test_a_broken_file_is_set_aside(file: PayFormFile, tmp_path: Path, content: bytes) -> None:
    file.save(PayFormMemory())
    path = tmp_path / "shop" / "pay_forms.json"
    path.write_bytes(content)

    assert file.load() == PayFormMemory()
    assert path.with_name("pay_forms.json.aside").read_bytes() == content
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_only_its_owner_may_read_it(file: PayFormFile, tmp_path: Path) -> None:
    file.save(PayFormMemory())

    assert stat.S_IMODE((tmp_path / "shop" / "pay_forms.json").stat().st_mode) == 0o600
