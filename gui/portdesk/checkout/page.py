"""The one page of our own: it loads the SDK and nothing else, and says where its answers go."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from portdesk.checkout.place import CheckoutPlace

PATH: Final = "/checkout/"
_RETURN: Final = "https://return.portdesk.invalid/"
"""Where payment providers and the page send the browser; a reserved name, where nothing can answer."""

_CALL: Final = """
((call) => {
  "use strict";
  const texts = ["imp_uid", "merchant_uid", "error_code", "error_coe", "error_msg", "status"];
  const tell = (told) => {
    const short = {};
    for (const name of texts) {
      if (told[name] !== undefined && told[name] !== null) short[name] = String(told[name]).slice(0, 300);
    }
    for (const name of ["success", "imp_success"]) {
      if (told[name] !== undefined && told[name] !== null) short[name] = String(told[name]) === "true";
    }
    window.location.assign(call.back + "#" + encodeURIComponent(JSON.stringify(short)));
  };
  const fail = (error) => tell({error_code: "PORTDESK_START", error_msg: error && error.message || error});
  if (typeof window.IMP !== "object" && typeof window.IMP !== "function") return "no sdk";
  try {
    if (call.tier) window.IMP.agency(call.code, call.tier); else window.IMP.init(call.code);
    const promise = window.IMP.request_pay(call.parameters, (answer) => tell(answer || {}));
    if (promise && typeof promise.catch === "function") promise.catch(fail);
  } catch (error) {
    fail(error);
    return "failed";
  }
  return "started";
})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentinel:
    """
    The address that means "go and look", one for each attempt.

    `token` cannot be guessed, which keeps noise out. It is no proof: whatever runs in the window is
    told the address and can go there whenever it likes.
    """

    token: str

    @property
    def url(self) -> str:
        """What `m_redirect_url` is set to."""
        return f"{_RETURN}{self.token}"

    def is_met_by(self, url: str) -> bool:
        """Whether scheme, host and path are exactly ours; whatever follows is data."""
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}" == self.url


def base_url(place: CheckoutPlace) -> str:
    """The address the page stands under, which the SDK sends along as the shop's."""
    return f"{place.origin}{PATH}"


def page(place: CheckoutPlace, nonce: str) -> str:
    """
    The whole page.

    The nonce admits the SDK and, through `strict-dynamic`, what the SDK itself loads. Frames and forms are
    left open, because every payment provider has hosts of its own and a frame that wants to start an app
    would be blanked; what may be loaded at all is the gate's business.
    """
    policy = f"script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'; base-uri 'none'"
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
        '<meta name="viewport" content="width=device-width"><title>Portdesk</title></head><body>'
        f'<script nonce="{nonce}" src="{html.escape(place.sdk_url)}"></script></body></html>'
    )


def call_script(place: CheckoutPlace, parameters: Mapping[str, Any], sentinel: Sentinel) -> str:
    """
    The call of the SDK, to be run in the page once it has loaded; evaluates to how that went.

    The parameters travel as JSON in plain ASCII and are never spliced into code as text.
    """
    call = {
        "code": place.user_code,
        "tier": place.tier_code,
        "back": sentinel.url,
        "parameters": {**parameters, "m_redirect_url": sentinel.url},
    }
    return f"{_CALL}({json.dumps(call, allow_nan=False)})"
