"""Standard codes of card companies and banks."""

from __future__ import annotations

from typing import Annotated, Final

from portdesk.api.endpoint import PATH, Endpoint, Kind, NoRequest, Request
from portdesk.api.reading import read_list, read_struct
from portdesk.domain.reference import StandardCode


class FetchCard(Request, frozen=True, kw_only=True):
    """One card company."""

    card_standard_code: Annotated[str, PATH]


class FetchBank(Request, frozen=True, kw_only=True):
    """One bank."""

    bank_standard_code: Annotated[str, PATH]


_read_code = read_struct(StandardCode)

LIST_CARDS: Final = Endpoint(
    method="GET",
    path="/cards",
    tag="codes",
    kind=Kind.READ,
    request=NoRequest,
    decode=read_list(_read_code),
)

FETCH_CARD: Final = Endpoint(
    method="GET",
    path="/cards/{card_standard_code}",
    tag="codes",
    kind=Kind.READ,
    request=FetchCard,
    decode=_read_code,
)

LIST_BANKS: Final = Endpoint(
    method="GET",
    path="/banks",
    tag="codes",
    kind=Kind.READ,
    request=NoRequest,
    decode=read_list(_read_code),
)

FETCH_BANK: Final = Endpoint(
    method="GET",
    path="/banks/{bank_standard_code}",
    tag="codes",
    kind=Kind.READ,
    request=FetchBank,
    decode=_read_code,
)
