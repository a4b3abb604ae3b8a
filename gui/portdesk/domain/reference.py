"""What a shop is set up with: codes of banks and card companies, PG channels, tiers."""

from __future__ import annotations

import msgspec


class StandardCode(msgspec.Struct, frozen=True, kw_only=True):
    """A bank or card company: its three-digit standard code, as text, and its name."""

    code: str
    name: str


class PgSetting(msgspec.Struct, frozen=True, kw_only=True, rename={"is_test_channel": "sandbox"}):
    """One PG channel of the shop. `type` is `payment`, `api_payment` or `certification`."""

    pg_provider: str
    pg_id: str
    is_test_channel: bool
    type: str
    channel_name: str | None = None
    channel_key: str | None = None


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-merchant: three characters, A to Z or 0 to 9, and its name."""

    tier_code: str
    tier_name: str
