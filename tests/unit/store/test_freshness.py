"""Whichever way readings of one payment arrive, the same one stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portdesk.store.freshness import LAG, Reading, progress, supersedes
from samples.payments import NOON, payment


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[int, dict]]:
    """The states one payment goes through, each with the time it began."""
    now = NOON
    fields: dict = {"status": "ready", "paid_at": 0, "started_at": now}
    life = [(now, dict(fields))]

    def pass_time() -> int:
        return now + draw(st.sampled_from((0, 1, 59, 300, 599, 600, 601, 5000)))

    if draw(st.booleans()):
        now = pass_time()
        fields |= {"status": "failed", "failed_at": now}
        life.append((now, dict(fields)))
    if draw(st.booleans()):
        now = pass_time()
        fields |= {"status": "paid", "paid_at": now}
        life.append((now, dict(fields)))
    for part in range(1, draw(st.integers(0, 3)) + 1):
        now = pass_time()
        history = [*fields.get("cancel_history", []), {"amount": 100, "cancelled_at": now}]
        first = fields.get("cancelled_at") or now
        keeps_first = draw(st.booleans())
        fields |= {
            "status": "cancelled",
            "cancelled_at": first if keeps_first else now,
            "cancel_amount": part * 100,
            "cancel_history": history,
        }
        life.append((now, dict(fields)))
    return life


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    """Readings made at any time after the payment began, each lagging up to `LAG` behind the truth."""
    life = draw(lives())
    found = []
    for _ in range(draw(st.integers(1, 7))):
        read_at = draw(st.integers(NOON + LAG, life[-1][0] + 2 * LAG))
        moment = read_at - draw(st.integers(0, LAG))
        number = max(index for index, (began, _) in enumerate(life) if began <= moment)
        found.append(Reading(payment(1, **life[number][1]), read_at, number))
    return found


def kept(arriving: list[Reading]) -> Reading:
    stays = arriving[0]
    for reading in arriving[1:]:
        if reading.digest != stays.digest and supersedes(reading, stays):
            stays = reading
    return stays


@given(readings(), st.randoms())
def test_the_order_of_arrival_never_decides(found: list[Reading], dice) -> None:
    newest = max(reading.digest for reading in found)
    assert kept(found).digest == newest
    dice.shuffle(found)
    assert kept(found).digest == newest


@given(lives())
def test_progress_never_shrinks(life: list[tuple[int, dict]]) -> None:
    steps = [progress(payment(1, **fields)) for _, fields in life]
    assert steps == sorted(steps)
