"""Tag tiers: the names of sub-merchants."""

from __future__ import annotations

from portdesk.sandbox import texts
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, operation
from portdesk.sandbox.channels import TIERS
from portdesk.sandbox.state import State


@operation("GET", "/tiers/{tier_code}", "tiers")
def fetch_tier(call: Call, _state: State) -> Reply:
    """One sub-merchant."""
    code = call.path["tier_code"]
    if code not in TIERS:
        raise Refusal(404, -1, texts.NO_TIER)
    return answer({"tier_code": code, "tier_name": TIERS[code]})


OPERATIONS = (fetch_tier,)
