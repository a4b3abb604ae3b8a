"""Sub-merchants of an agent account."""

from __future__ import annotations

from typing import Annotated, Final

from portdesk.api.endpoint import PATH, Endpoint, Kind, Request
from portdesk.api.reading import read_struct
from portdesk.domain.reference import Tier


class FetchTier(Request, frozen=True, kw_only=True):
    """One sub-merchant by its three characters."""

    tier_code: Annotated[str, PATH]


FETCH_TIER: Final = Endpoint(
    method="GET",
    path="/tiers/{tier_code}",
    tag="tiers",
    kind=Kind.READ,
    request=FetchTier,
    decode=read_struct(Tier),
)
