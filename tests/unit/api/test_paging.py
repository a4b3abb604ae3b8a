from __future__ import annotations

from typing import Any

import httpx
import pytest

from doubles.portone import PortOne, envelope, ok
from portdesk.api.endpoints.payments import LIST_PAYMENTS_BY_STATUS, ListPaymentsByStatus
from portdesk.api.errors import RefusedError
from portdesk.api.paging import pages
from samples.payments import wire

pytestmark = pytest.mark.anyio


def page(number: int, following: int) -> httpx.Response:
    return ok({"total": 9, "previous": number - 1, "next": following, "list": [wire(number)]})


async def walk(portone: PortOne, **request: Any) -> list[str]:
    client = portone.client()
    asked = ListPaymentsByStatus(payment_status="paid", **request)
    try:
        return [
            reply.value.list[0].imp_uid[-1] async for reply in pages(client, LIST_PAYMENTS_BY_STATUS, asked)
        ]
    finally:
        await client.aclose()


def asked_for(portone: PortOne) -> list[str]:
    return [request.url.params["page"] for request in portone.requests]


async def test_it_ends_when_no_next_page_is_named() -> None:
    portone = PortOne(page(1, 2), page(2, 3), page(3, 0))

    assert await walk(portone, limit=1) == ["1", "2", "3"]
    assert asked_for(portone) == ["1", "2", "3"]
    assert {request.url.params["limit"] for request in portone.requests} == {"1"}


async def test_it_starts_where_it_was_told() -> None:
    portone = PortOne(page(3, 0))

    await walk(portone, page=3)

    assert asked_for(portone) == ["3"]


async def test_a_page_that_has_moved_beyond_the_data_ends_it() -> None:
    portone = PortOne(page(1, 2), envelope(-1, "no such page", status=400))

    assert await walk(portone) == ["1"]


async def test_a_first_page_refused_is_an_error() -> None:
    with pytest.raises(RefusedError):
        await walk(PortOne(envelope(-1, "bad request", status=400)))


async def test_another_refusal_on_the_way_is_an_error() -> None:
    with pytest.raises(RefusedError):
        await walk(PortOne(page(1, 2), envelope(1, "no", status=200)))


@pytest.mark.parametrize("following", [1, 2])
async def test_a_server_that_leads_in_circles_is_left(following: int) -> None:
    portone = PortOne(page(1, 2), page(2, following))

    assert await walk(portone) == ["1", "2"]
