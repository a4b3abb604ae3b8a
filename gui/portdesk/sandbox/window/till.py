"""The PG's origin: the pages a customer types into, and what their buttons do."""

from __future__ import annotations

import json
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portdesk.sandbox.state import State
from portdesk.sandbox.window import counter, pages
from portdesk.sandbox.window.attempts import Attempts
from portdesk.sandbox.window.order import order_of
from portdesk.sandbox.window.scenario import BUTTONS

_SHOP: Final = "바다꽃집"
_MOST_BYTES: Final = 4_000


class Till:
    """Answers on the PG's origin."""

    def __init__(self, state: State, attempts: Attempts, addresses: dict[str, str]) -> None:
        self._state = state
        self._attempts = attempts
        self._addresses = addresses

    def routes(self) -> list[Route]:
        """The windows and what they call."""
        return [
            Route("/pay/{sid}", self._window),
            Route("/pay/{sid}/press", self._press, methods=["POST"]),
            Route("/pay/{sid}/secure", self._secure),
            Route("/button/{ui}", self._button),
            Route("/plugin/DemoSecurity.exe", _plugin),
            Route("/files/{name}", pages.send_file),
        ]

    async def _window(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        if attempt is None:
            return Response("존재하지 않는 결제입니다.", 404)
        with self._state.held():
            counter.show(attempt, self._state, request.headers.get("user-agent", ""))
        order = order_of(attempt, _SHOP)
        forms = tuple(filter(None, (self._addresses["core"], pages.origin_of(order["return_url"]))))
        return pages.page("window.html", order, forms=forms)

    async def _secure(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        if attempt is None:
            return Response("존재하지 않는 결제입니다.", 404)
        return pages.page("secure.html", order_of(attempt, _SHOP))

    async def _press(self, request: Request) -> Response:
        attempt = self._attempts.find(request.path_params["sid"])
        body = await request.body()
        if attempt is None or len(body) > _MOST_BYTES:
            return _refused("존재하지 않는 결제입니다.", 404)
        try:
            wish: dict[str, Any] = json.loads(body)
            button = BUTTONS[BUTTONS.index(wish["button"])]
            card = counter.card_from(wish)
        except (ValueError, TypeError, KeyError, AttributeError):
            return _refused("입력하신 내용을 확인해 주세요.", 400)
        with self._state.held():
            goes_back = counter.press(attempt, self._state, button, card)
        if not goes_back:
            return pages.told({"is_silent": True})
        back = f"{self._addresses['core']}/attempts/{attempt.sid}/return"
        return pages.told({"back": back, "by": attempt.scenario.come_back_by})

    async def _button(self, request: Request) -> Response:
        return pages.page("button.html", {"ui": request.path_params["ui"]}, forms=(self._addresses["core"],))


async def _plugin(_request: Request) -> Response:
    return Response(
        b"DEMO: this is not a program.\r\n",
        headers={
            "content-type": "application/octet-stream",
            "content-disposition": 'attachment; filename="DemoSecurity.exe"',
        },
    )


def _refused(message: str, status: int) -> Response:
    return pages.told({"message": message}, status)
