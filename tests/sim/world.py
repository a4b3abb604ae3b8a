"""What kind of world a history plays in: how the server behaves, how bad the network is, who acts."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class World:
    name: str
    desks: int = 1
    outsider: float = 0.5
    """How likely somebody with another tool acts as well."""
    is_atomic: bool = True
    has_ids: bool = True
    echoes: bool = True
    longest_reason: int = 256
    """What a provider keeps of a reason; the rest is cut off."""
    refuses: float = 0.05
    refuses_then_does: float = 0.03
    badness: float = 1.0
    """Multiplies every fault of the network and the server."""
    expiring: float = 0.02
    """How likely a request meets a token that has just ended."""
    rises: bool = False
    outage: float = 0.0
    """How likely there is a time in which reads are answered from a copy that went dead."""
    crash: float = 0.012
    disk_fault: float = 0.004
    sleeps: float = 0.08
    slow: float = 0.12
    timeless: float = 0.01
    equal_amounts: bool = False


PLAIN = World("one desk")
OUTSIDE_OUR_POWER = replace(PLAIN, name="racy server, two desks", desks=2, is_atomic=False, outsider=0.3)
"""Two desks in the same second, and a server whose test of the balance is not atomic."""

WORLDS = (
    PLAIN,
    replace(PLAIN, name="two desks", desks=2),
    replace(PLAIN, name="racy server, one desk", is_atomic=False, outsider=0.0),
    replace(PLAIN, name="reason not echoed", echoes=False),
    replace(PLAIN, name="no ids", has_ids=False),
    replace(PLAIN, name="neither ids nor echo", has_ids=False, echoes=False, equal_amounts=True),
    replace(PLAIN, name="refuses, then does", refuses_then_does=0.35),
    replace(PLAIN, name="bad network", badness=2.5),
    replace(PLAIN, name="balances that rise", rises=True, badness=1.5, equal_amounts=True, outsider=0.2),
    replace(PLAIN, name="tokens that end", expiring=0.3),
    replace(PLAIN, name="reads that go dead", outage=0.8, badness=1.5),
    replace(
        PLAIN, name="two desks, nothing echoed", desks=2, has_ids=False, echoes=False, equal_amounts=True
    ),
    replace(PLAIN, name="reason cut short", longest_reason=40, desks=2, equal_amounts=True),
    replace(PLAIN, name="crashes", crash=0.06, disk_fault=0.02),
)
