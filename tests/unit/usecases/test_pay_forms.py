"""What a shop's pay windows are remembered with, and the amounts that are registered before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.errors import InputError
from portdesk.domain.pay_templates import template_of
from portdesk.domain.reference import PgSetting
from portdesk.domain.shops import Credentials
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.usecases.checkout import Order
from portdesk.usecases.shops import OpenShop, Shops
from unit.sandbox.customer import Window

pytestmark = pytest.mark.anyio

CHANNEL = PgSetting(pg_provider="jtnet", pg_id="tjtnet001m", is_test_channel=True, type="payment")
BUYER = {"buyer_name": "Nara Kim", "buyer_tel": "010-1234-5678", "buyer_email": "nara@example.com"}


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=5, seed=3)) as running:
        yield running


@pytest.fixture
async def shop(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(sandbox.base_url, keys, name="demo")
    await opened.refunds.check_due(0.0)
    yield opened
    await opened.close()
    shops.close()


@pytest.fixture
def customer(sandbox: RunningSandbox) -> Iterator[Window]:
    with httpx.Client() as http:
        yield Window(sandbox, http)


def order(amount: int, *, prepares: bool) -> Order:
    request = PayRequest(
        merchant_uid="order1", amount=Decimal(amount), pg="jtnet.tjtnet001m", pay_method="card", **BUYER
    )
    return Order(request=request, channel=CHANNEL, words="as the test says", prepares=prepares)


async def test_code_and_address_are_kept_beside_the_templates(shop: OpenShop) -> None:
    forms = shop.pay_forms
    request = PayRequest(merchant_uid="order1", amount=Decimal(1))
    await forms.keep_template(template_of("one", Purpose.PAY.value, request, keep_customer=False))

    await forms.keep_place("imp12345678", "https://www.example.kr")
    kept = await forms.remembered()
    await forms.keep_place("imp12345678", "")
    cleared = await forms.remembered()

    assert (kept.user_code, kept.origin) == ("imp12345678", "https://www.example.kr")
    assert (cleared.user_code, cleared.origin) == ("imp12345678", "")
    assert len(cleared.templates) == 1


@pytest.mark.parametrize("prepares", [True, False])
async def test_a_window_for_another_amount_is_refused_once_one_is_registered(
    shop: OpenShop, sandbox: RunningSandbox, customer: Window, *, prepares: bool
) -> None:
    await shop.checkouts.begin(order(9900, prepares=prepares), "kim")

    with sandbox.state.held() as state:
        registered = state.prepared("order1", 0)
    answer = customer.prepare("jtnet", merchant_uid="order1", amount=100, **BUYER)
    assert registered == ((Decimal(9900), "KRW") if prepares else None)
    assert ("refused" in answer) is prepares


async def test_an_amount_that_stands_already_has_to_be_the_one(
    shop: OpenShop, sandbox: RunningSandbox
) -> None:
    with sandbox.state.held() as state:
        state.prepare("order1", 0, Decimal(9900), "KRW")

    with pytest.raises(InputError, match="Another amount"):
        await shop.checkouts.begin(order(100, prepares=True), "kim")
    row = await shop.checkouts.begin(order(9900, prepares=True), "kim")

    assert [known.id for known in await shop.checkouts.latest()] == [row.id]
