"""One Endpoint per REST operation, a file a subject."""

from __future__ import annotations

from typing import Any, Final

from portdesk.api.endpoint import Endpoint
from portdesk.api.endpoints.authenticate import GET_TOKEN
from portdesk.api.endpoints.balances import FETCH_BALANCE
from portdesk.api.endpoints.billing_keys import FETCH_BILLING_KEY
from portdesk.api.endpoints.codes import FETCH_BANK, FETCH_CARD, LIST_BANKS, LIST_CARDS
from portdesk.api.endpoints.payments import (
    CANCEL_PAYMENT,
    FETCH_PAYMENT,
    FETCH_PAYMENTS,
    FIND_ALL_PAYMENTS,
    FIND_PAYMENT,
    LIST_PAYMENTS_BY_STATUS,
)
from portdesk.api.endpoints.tiers import FETCH_TIER
from portdesk.api.endpoints.users import FETCH_PG_SETTINGS
from portdesk.api.endpoints.validation import CHANGE_PREPARE, FETCH_PREPARE, PREPARE_PAYMENT

ALL_ENDPOINTS: Final[tuple[Endpoint[Any, Any], ...]] = (
    GET_TOKEN,
    FETCH_PAYMENT,
    FETCH_PAYMENTS,
    FIND_PAYMENT,
    FIND_ALL_PAYMENTS,
    LIST_PAYMENTS_BY_STATUS,
    FETCH_BALANCE,
    CANCEL_PAYMENT,
    PREPARE_PAYMENT,
    CHANGE_PREPARE,
    FETCH_PREPARE,
    FETCH_BILLING_KEY,
    LIST_CARDS,
    FETCH_CARD,
    LIST_BANKS,
    FETCH_BANK,
    FETCH_PG_SETTINGS,
    FETCH_TIER,
)
