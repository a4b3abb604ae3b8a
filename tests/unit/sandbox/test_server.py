from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from portdesk.sandbox.clock import Clock
from portdesk.sandbox.control import SECRET_HEADER
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.visits import Visits
from unit.sandbox.shopkeeper import NOW, Shop

Paid = Callable[..., Payment]
FETCH = "GET /payments/{imp_uid}"
GUI = Path(__file__).parents[3] / "gui"


class TestLife:
    def test_nothing_is_left_running(self) -> None:
        before = set(threading.enumerate())

        with start_sandbox(SandboxSettings(payments=10, clock=Clock(NOW))) as running:
            client = httpx.Client(base_url=running.base_url, trust_env=False)
            client.get("/users/pg")
            port = int(running.base_url.rpartition(":")[2])

        client.close()
        assert set(threading.enumerate()) == before
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0

    def test_stopping_twice_is_once(self) -> None:
        running = start_sandbox(SandboxSettings(payments=1, clock=Clock(NOW)))
        running.stop()
        running.stop()

    def test_a_taken_port_is_an_error_at_once(self, sandbox: RunningSandbox) -> None:
        port = int(sandbox.base_url.rpartition(":")[2])

        with pytest.raises(OSError, match=r"in use|permitted|forbidden"):
            start_sandbox(SandboxSettings(payments=1, port=port))

    def test_answers_are_not_held_back_to_be_sent_together(self, sandbox: RunningSandbox) -> None:
        # asyncio turns the delay off only for sockets that say that they are TCP
        assert {listener.proto for listener in sandbox._listeners.values()} == {socket.IPPROTO_TCP}

    def test_the_server_is_loaded_only_when_one_starts(self) -> None:
        code = "import sys, portdesk.sandbox.server;print({'uvicorn', 'starlette'} & set(sys.modules))"

        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONPATH": str(GUI)},
            capture_output=True,
            text=True,
            check=True,
        )

        assert done.stdout == "set()\n"


class TestVisits:
    def test_each_request_is_noted_without_its_body(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        shop.payment(put["imp_uid"])

        (visit,) = shop.sandbox.visits.wait_for(lambda visit: put["imp_uid"] in visit.path)
        assert (visit.method, visit.operation, visit.status) == ("GET", FETCH, 200)
        assert visit.query == "include_sandbox=true"
        assert shop.sandbox.imp_secret not in repr(shop.sandbox.visits.all())

    def test_strangers_are_noted_too(self, shop: Shop) -> None:
        shop.get("/stranger")

        (visit,) = shop.sandbox.visits.wait_for(lambda visit: visit.path == "/stranger")
        assert (visit.operation, visit.status) == (None, 404)

    def test_waiting_ends_when_the_request_comes(self) -> None:
        visits = Visits()
        found: list[int] = []
        waiting = threading.Thread(
            target=lambda: found.extend(visit.number for visit in visits.wait_for(lambda _: True, count=2))
        )
        waiting.start()

        for path in ("/a", "/b"):
            visits.add(at=0, method="GET", path=path, query="", operation=None, status=200)

        waiting.join(5)
        assert found == [1, 2]

    def test_waiting_in_vain_is_an_error(self) -> None:
        with pytest.raises(TimeoutError, match="0 of 1"):
            Visits().wait_for(lambda _: True, timeout=0.01)

    def test_secrets_in_queries_are_not_kept(self) -> None:
        visits = Visits()

        visits.add(at=0, method="GET", path="/", query="a=1&pg_api_key=s3&b=2", operation=None, status=200)

        assert visits.all()[0].query == "a=1&pg_api_key=...&b=2"


class TestControl:
    def ask(self, shop: Shop, method: str, path: str, wish: object = None) -> httpx.Response:
        headers = {SECRET_HEADER: shop.sandbox.imp_secret}
        return shop.http.request(method, f"/__sandbox__{path}", json=wish, headers=headers)

    def test_without_the_secret_it_is_shut(self, shop: Shop) -> None:
        assert shop.get("/__sandbox__/state").status_code == 403

    def test_it_tells_the_state(self, shop: Shop, paid: Paid) -> None:
        before: dict[str, Any] = self.ask(shop, "GET", "/state").json()
        put = paid()
        shop.cancel(imp_uid=put["imp_uid"], amount=700)

        after: dict[str, Any] = self.ask(shop, "GET", "/state").json()

        assert after["returned"]["KRW"] - before["returned"]["KRW"] == 700
        assert after["payments"] == before["payments"] + 1
        assert after["requests"] > before["requests"]

    def test_faults_can_be_asked_for_and_cleared(self, shop: Shop) -> None:
        wish = {"kind": "status", "operation": "GET /users/pg", "status": 502, "count": None}

        waiting = self.ask(shop, "POST", "/faults", wish).json()

        assert (waiting[0]["kind"], waiting[0]["status"]) == ("status", 502)
        assert shop.get("/users/pg").status_code == 502
        assert self.ask(shop, "DELETE", "/faults").json() == []
        assert shop.get("/users/pg").status_code == 200

    @pytest.mark.parametrize("wish", [{"kind": "flood"}, [], {"seconds": "x", "kind": 3}])
    def test_a_bad_wish_is_400(self, shop: Shop, wish: object) -> None:
        assert self.ask(shop, "POST", "/faults", wish).status_code == 400

    def test_the_clock_can_be_moved(self, shop: Shop) -> None:
        before = self.ask(shop, "POST", "/clock", {"seconds": 0}).json()["now"]

        assert self.ask(shop, "POST", "/clock", {"seconds": 60}).json()["now"] == before + 60
        assert self.ask(shop, "POST", "/clock", {}).status_code == 400

    def test_names_can_be_counted(self, shop: Shop) -> None:
        def count(text: str) -> int:
            return int(self.ask(shop, "POST", "/count", {"contains": text}).json()["payments"])

        everything = self.ask(shop, "GET", "/state").json()["payments"]
        assert count("") == everything
        assert 0 < count("꽃") < everything
        assert count("no such name") == 0

    def test_requests_are_told(self, shop: Shop) -> None:
        shop.get("/users/pg")

        assert "GET /users/pg" in {visit["operation"] for visit in self.ask(shop, "GET", "/requests").json()}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
class TestAlone:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_says_when_it_is_ready_and_leaves_quietly(self, number: signal.Signals) -> None:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "portdesk.sandbox", "--port", "0", "--payments", "20"],
            env=os.environ | {"PYTHONPATH": str(GUI)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 30)[0]
        ready = json.loads(process.stdout.readline())
        keys = {"imp_key": ready["imp_key"], "imp_secret": ready["imp_secret"]}
        answer = httpx.post(ready["base_url"] + "/users/getToken", json=keys, trust_env=False)

        process.send_signal(number)
        rest, errors = process.communicate(timeout=15)

        assert answer.json()["code"] == 0
        assert set(ready) == {"base_url", "imp_key", "imp_secret", "user_code", "sdk_url"}
        assert (process.returncode, rest, errors) == (0, "", "")
