"""Tag authenticate: giving out tokens."""

from __future__ import annotations

import secrets

from portdesk.sandbox import texts
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, operation, text
from portdesk.sandbox.state import State


@operation("POST", "/users/getToken", "authenticate", public=True)
def get_token(call: Call, state: State) -> Reply:
    """A token for the right key and secret."""
    fields = call.fields()
    key, secret = text(fields, "imp_key"), text(fields, "imp_secret")
    if not key or not secret:
        raise Refusal(400, -1, texts.NO_KEYS)
    keys = state.keys
    given = secrets.compare_digest(f"{key} {secret}".encode(), f"{keys.imp_key} {keys.imp_secret}".encode())
    if not given:
        raise Refusal(401, -1, texts.BAD_KEYS)
    token = state.tokens.issue(call.now)
    return answer({"access_token": token.text, "expired_at": token.expired_at, "now": call.now})


OPERATIONS = (get_token,)
