"""The CORE origin: lists channels to the SDK, prepares attempts, frames windows, and tells how they ended."""

from __future__ import annotations

import json
import math
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portdesk.sandbox.channels import CHANNELS, Channel, tier_number
from portdesk.sandbox.record import READY
from portdesk.sandbox.state import State
from portdesk.sandbox.window import counter, pages, results
from portdesk.sandbox.window.attempts import CERTIFICATION, ENDED, Attempt, Attempts, new_sid
from portdesk.sandbox.window.checks import refused_before
from portdesk.sandbox.window.order import order_of
from portdesk.sandbox.window.table import Mode, row_of

_MOST_BYTES: Final = 200_000
_FRAMES: Final = "http: https: ispmobile: intent:"
"""Card pages call the apps of card companies from inside their frame."""


class Desk:
    """Answers on the CORE origin."""

    def __init__(self, state: State, attempts: Attempts, addresses: dict[str, str]) -> None:
        self._state = state
        self._attempts = attempts
        self._addresses = addresses

    def routes(self) -> list[Route]:
        """What the SDK and the frames call."""
        return [
            Route("/channels/{user_code}", self._channels),
            Route("/prepare", self._prepare, methods=["POST"]),
            Route("/attempts/{sid}/open", self._open, methods=["POST"]),
            Route("/attempts/{sid}/status", self._status),
            Route("/attempts/{sid}/closed", self._closed, methods=["POST"]),
            Route("/attempts/{sid}/return", self._return, methods=["GET", "POST"]),
            Route("/payments/fail", self._nowhere),
            Route("/files/{name}", pages.send_file),
        ]

    async def _channels(self, request: Request) -> Response:
        tier = tier_number(request.query_params.get("tier"))
        if request.path_params["user_code"] != self._state.keys.user_code or tier < 0:
            return pages.told({"message": "존재하지 않는 가맹점입니다."}, 404)
        hidden = {"api_payment"} | self._attempts.hidden
        channels = [_listed(channel) for channel in CHANNELS if channel.type not in hidden]
        return pages.told({"channels": channels, "falls_back": self._attempts.is_falling_back})

    async def _prepare(self, request: Request) -> Response:
        body = await request.body()
        try:
            attempt = self._attempt(json.loads(body)) if len(body) <= _MOST_BYTES else None
        except (ValueError, TypeError, AttributeError, LookupError, StopIteration, RecursionError):
            attempt = None
        if attempt is None:
            return pages.told({"message": "잘못된 요청입니다."}, 400)
        if attempt.kind != CERTIFICATION:
            with self._state.held():
                message = refused_before(attempt, self._state)
            if message is not None:
                return pages.told({"refused": results.refused(attempt, message)})
        self._attempts.add(attempt)
        url = f"{self._addresses['core']}/attempts/{attempt.sid}/open"
        charset = "euc-kr" if attempt.row.is_euc_kr else "utf-8"
        return pages.told({"sid": attempt.sid, "url": url, "charset": charset})

    def _attempt(self, asked: dict[str, Any]) -> Attempt:
        params = asked["params"]
        kind = asked["type"]
        if kind != CERTIFICATION and not _is_sum(params["amount"]):
            raise ValueError("amount")
        tier = tier_number(asked.get("tier"))
        channel = next(channel for channel in CHANNELS if channel.key == asked["channel"])
        json.dumps(asked, ensure_ascii=False).encode()  # half a letter is no text
        customer_uid = params.get("customer_uid")
        scenario = self._attempts.scenarios.take(str(params["merchant_uid"]), customer_uid)
        if scenario.opens is not None:
            channel = next(channel for channel in CHANNELS if channel.pg_provider == scenario.opens)
        is_older_toss = channel.pg_provider == "tosspayments" and customer_uid
        return Attempt(
            sid=new_sid(),
            imp_uid=self._new_imp_uid(),
            params=params,
            channel=channel,
            tier=tier,
            mode=Mode(asked["mode"]),
            is_new=row_of(channel.pg_provider).is_new and asked["flavour"] == "v1" and not is_older_toss,
            scenario=scenario,
            origin=pages.origin_of(str(asked.get("origin") or "")),
            kind=kind,
            is_mobile=bool(asked.get("is_mobile")),
        )

    def _new_imp_uid(self) -> str:
        number = int(self._state.clock.time() * 1000) % 10**12
        while self._state.payment(f"imp_{number:012}") is not None or self._is_taken(number):
            number = (number + 1) % 10**12
        return f"imp_{number:012}"

    def _is_taken(self, number: int) -> bool:
        return self._attempts.has_imp_uid(f"imp_{number:012}")

    async def _open(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        if attempt is None:
            return Response("잘못된 접근입니다.", 404)
        if not _arrived_whole(attempt, await request.body()):
            attempt.state = ENDED
            attempt.result = results.refused(attempt, "요청 파라메터의 글자가 깨졌습니다. (EUC-KR)")
            return RedirectResponse(self._back(attempt), 303)
        window = f"{self._addresses['pg']}/pay/{attempt.sid}"
        if attempt.mode is not Mode.LAYER:
            return RedirectResponse(window, 303)
        width, height = attempt.row.size
        data = {
            "window": window,
            "width": width,
            "height": height,
            "brand": order_of(attempt, "")["brand"],
            "closed": f"/attempts/{attempt.sid}/closed",
            "sid": attempt.sid,
            "origin": attempt.origin,
            "alert": "결제를 취소하셨습니다." if attempt.row.closes_by_alert else "",
        }
        return pages.page("layer.html", data, frames=_FRAMES)

    async def _status(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        if attempt is None:
            return pages.told({"message": "존재하지 않는 요청입니다."}, 404)
        payment = self._state.payment(attempt.imp_uid)
        status = "PREPARED"
        if attempt.state == ENDED and payment is not None:
            is_account = payment["status"] == READY and payment["vbank_num"]
            status = {"paid": "APPROVED", "cancelled": "APPROVED", "failed": "FAILED"}.get(
                payment["status"], "VIRTUAL_ACCOUNT_ISSUED" if is_account else "PREPARED"
            )
        return pages.told({"status": status, "result": attempt.result})

    async def _closed(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        if attempt is None:
            return pages.told({"message": "존재하지 않는 요청입니다."}, 404)
        with self._state.held():
            return pages.told({"result": counter.close(attempt, self._state)})

    async def _return(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        if attempt is None or attempt.result is None:
            return Response("잘못된 접근입니다.", 404)
        back = str(attempt.params.get("m_redirect_url") or "")
        if attempt.mode is Mode.TOP:
            target = back if pages.origin_of(back) else f"{self._addresses['core']}/payments/fail"
            joint = "&" if "?" in target else "?"
            return RedirectResponse(
                target + joint + urlencode(results.query_of(attempt, attempt.result)), 302
            )
        data = {
            "sid": attempt.sid,
            "result": attempt.result,
            "times": attempt.scenario.times,
            "origin": attempt.origin,
            "closes": attempt.mode is not Mode.LAYER,
        }
        return pages.page("done.html", data)

    async def _nowhere(self, _request: Request) -> Response:
        return pages.page("done.html", {})

    def _back(self, attempt: Attempt) -> str:
        return f"{self._addresses['core']}/attempts/{attempt.sid}/return"


def _is_sum(amount: object) -> bool:
    return isinstance(amount, (int, float)) and not isinstance(amount, bool) and math.isfinite(amount)


def _listed(channel: Channel) -> dict[str, Any]:
    row = row_of(channel.pg_provider)
    switch = row.switch
    is_person = channel.type == CERTIFICATION
    return {
        "key": channel.key,
        "pg_provider": channel.pg_provider,
        "pg_id": channel.pg_id,
        "type": channel.type,
        "mode": (Mode.POPUP if is_person else row.mode).value,
        "popup": {
            "name": "IMP_CERTIFICATION" if is_person else row.popup_name,
            "width": row.size[0],
            "height": row.size[1],
        },
        "switch": switch
        and {
            "parameter": switch.parameter,
            "when_true": switch.when_true.value,
            "when_false": switch.when_false.value,
        },
        "is_new": row.is_new,
        "closes_by_alert": row.closes_by_alert,
    }


def _arrived_whole(attempt: Attempt, body: bytes) -> bool:
    """Whether the names came through the form's character set unchanged."""
    charset = "euc-kr" if attempt.row.is_euc_kr else "utf-8"
    fields = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, encoding=charset)
    return all(
        fields[name][0] == str(attempt.params.get(name) or "")
        for name in ("name", "buyer_name")
        if name in fields
    )
