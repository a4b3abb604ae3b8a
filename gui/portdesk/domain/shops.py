"""A shop: one merchant account this program is connected to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from portdesk.domain.ids import ShopId


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """
    One merchant account, without its keys.

    `colour` is the band above the window, as `#rrggbb`. `keys_are_stored` tells whether the OS key
    store holds the credentials; otherwise they are asked for each session. `fingerprint` is a short
    hash of `imp_key` (and the tier), so that a changed key is noticed.
    """

    id: ShopId
    name: str
    colour: str
    tier_code: str | None = None
    keys_are_stored: bool = False
    is_demo: bool = False
    fingerprint: str = ""
    connected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """REST credentials of a shop. Neither `repr` nor `str` reveals them."""

    imp_key: str = field(repr=False)
    imp_secret: str = field(repr=False)
    tier_code: str | None = None

    def __reduce__(self) -> str:
        raise TypeError("credentials are not pickled")
