"""A little web server on loopback: pages by path, each under as many origins as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

Answer = tuple[int, dict[str, str], str]
Page = str | Answer | Callable[[str], Answer]

HTML = {"Content-Type": "text/html; charset=utf-8"}
SCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}


class Site:
    """Answers on two ports, so that there are two origins; `visits` are paths with their methods."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.visits: list[str] = []
        self._servers = [self._server(), self._server()]
        self.origin, self.other = (f"http://127.0.0.1:{server.server_port}" for server in self._servers)

    def sdk(self, body: str) -> str:
        """Serve `body` as the script; returns its address."""
        self.pages["/iamport.js"] = (200, SCRIPT, body)
        return f"{self.origin}/iamport.js"

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _server(self) -> ThreadingHTTPServer:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                site.visits.append(f"{self.command} {self.path}")
                page = site.pages.get(path, (404, HTML, "nothing here"))
                if callable(page):
                    page = page(self.path)
                status, headers, body = page if isinstance(page, tuple) else (200, HTML, page)
                data = body.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        return server
