"""Walking a list page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TypeVar

import msgspec

from portdesk.api.client import Client
from portdesk.api.endpoint import Endpoint
from portdesk.api.endpoints.payments import FindAllPayments, ListPaymentsByStatus, PagedPayments
from portdesk.api.errors import RefusedError
from portdesk.api.verdict import Reply

PagedQ = TypeVar("PagedQ", FindAllPayments, ListPaymentsByStatus)


async def pages(
    client: Client, endpoint: Endpoint[PagedQ, PagedPayments], request: PagedQ
) -> AsyncIterator[Reply[PagedPayments]]:
    """
    Every page from the request's own on, until the server names no next one.

    Pages move while payments change, so rows may come twice. A page that has moved beyond the data
    since it was announced is answered with 400, which ends the walk like a last page.
    """
    first = page = request.page or 1
    while True:
        reply = await _page(
            client, endpoint, msgspec.structs.replace(request, page=page), is_first=page == first
        )
        if reply is None:
            return
        yield reply
        if reply.value.next <= page:
            return
        page = reply.value.next


async def _page(
    client: Client, endpoint: Endpoint[PagedQ, PagedPayments], request: PagedQ, *, is_first: bool
) -> Reply[PagedPayments] | None:
    try:
        return await client.send(endpoint, request)
    except RefusedError as error:
        if is_first or error.http_status != HTTPStatus.BAD_REQUEST:
            raise
        return None
