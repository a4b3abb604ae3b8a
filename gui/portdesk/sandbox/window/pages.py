"""Sends the files of the stand-in: pages with their data inside, scripts, style; under a strict policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portdesk.assets import resources

SDK_PARTS: Final = ("choosing.js", "windows.js", "calls.js")
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
_DATA: Final = "__DATA__"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; object-src 'none'"
)
_FROM_ANYWHERE: Final = {"access-control-allow-origin": "*", "cache-control": "no-store"}


@cache
def text_of(name: str) -> str:
    """One file of the stand-in."""
    return (resources() / "standin" / name).read_text("utf-8")


def page(name: str, data: object, *, frames: str = "'none'", forms: tuple[str, ...] = ()) -> Response:
    """A page with `data` in it, as JSON that cannot end its element."""
    inside = json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")
    policy = f"{_POLICY}; frame-src {frames}; form-action 'self' {' '.join(forms)}".rstrip()
    return Response(
        text_of(name).replace(_DATA, inside, 1),
        headers={
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": policy,
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
        },
    )


async def send_file(request: Request) -> Response:
    """A script or a style of the pages."""
    name = request.path_params["name"]
    if name not in FILES:
        return Response(status_code=404)
    return Response(
        text_of(name), headers={"content-type": f"{_TYPES[name[name.rindex('.') :]]}; charset=utf-8"}
    )


FILES: Final = (
    "window.css", "window.js", "card.js", "secure.js", "layer.css", "layer.js", "done.js", "button.js",
)  # fmt: skip


def sdk(addresses: Mapping[str, str], flavour: str) -> Response:
    """The SDK in one of its flavours, told where CORE and PG are."""
    setup = json.dumps({"core": addresses["core"], "pg": addresses["pg"], "flavour": flavour})
    parts = "\n".join(text_of(name) for name in SDK_PARTS)
    script = f'(function () {{\n"use strict";\nconst SETUP = {setup};\n{parts}\n}})();\n'
    return Response(script, headers={"content-type": "text/javascript; charset=utf-8", **_FROM_ANYWHERE})


def told(value: Any, status: int = 200) -> Response:
    """JSON that a script of any origin may read."""
    return JSONResponse(value, status, dict(_FROM_ANYWHERE))


def origin_of(address: str) -> str:
    """`scheme://host:port` of an address; empty when it has none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
