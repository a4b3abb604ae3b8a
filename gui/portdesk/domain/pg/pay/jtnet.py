"""The pay window of JTNET."""

from __future__ import annotations

from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.limits import note
from portdesk.domain.pg.pay.terms import WindowTerms
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow, WindowKind, same

JTNET_WINDOW: Final = WindowTerms(
    window=PayWindow(
        code="jtnet",
        kind=WindowKind.LAYER,
        methods=("card", "trans", "vbank", "phone"),
        billing=same(AmountMeaning.KEY_ONLY_AT_0, "card"),
        takes=frozenset({"card"}),
    ),
    sources=(sources.JTNET_GUIDE, sources.JTNET_BILLING),
    rules=(
        note(
            "jtnet.charges_at_once",
            Message("Any amount above 0 is charged while the card is registered; 0 registers it alone."),
            sources.JTNET_BILLING,
            lambda asked: asked.registers,
        ),
        note(
            "jtnet.forgotten",
            Message("PortOne's documents do not name this PG any more; its window may be refused."),
            sources.PG_CODES,
        ),
    ),
)
