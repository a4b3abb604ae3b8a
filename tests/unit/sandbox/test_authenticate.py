from __future__ import annotations

import httpx
import pytest

from portdesk.sandbox.clock import Clock
from portdesk.sandbox.server import RunningSandbox
from portdesk.sandbox.tokens import Tokens
from unit.sandbox.shopkeeper import NOW, Shop


class TestTokens:
    def test_asking_again_gives_the_same_token_with_the_same_end(self) -> None:
        tokens = Tokens()

        assert tokens.issue(NOW) == tokens.issue(NOW + 1700)

    def test_a_token_lives_thirty_minutes(self) -> None:
        tokens = Tokens()
        token = tokens.issue(NOW)

        assert token.expired_at == NOW + 1800
        assert tokens.accepts(token.text, NOW + 1799)
        assert not tokens.accepts(token.text, NOW + 1800)

    def test_with_less_than_a_minute_left_it_lives_five_minutes_longer(self) -> None:
        tokens = Tokens()
        token = tokens.issue(NOW)

        assert tokens.issue(NOW + 1740) == token
        assert tokens.issue(NOW + 1741).text == token.text
        assert tokens.issue(NOW + 1741).expired_at == NOW + 1800 + 300

    def test_after_the_end_there_is_a_new_one(self) -> None:
        tokens = Tokens()
        token = tokens.issue(NOW)

        assert tokens.issue(NOW + 1800).text != token.text

    @pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", ""])
    def test_bare_and_bearer_are_both_taken(self, scheme: str) -> None:
        tokens = Tokens()
        token = tokens.issue(NOW)

        assert tokens.accepts(scheme + token.text, NOW)

    @pytest.mark.parametrize("header", ["", "Bearer ", "Basic abc", "한글"])
    def test_anything_else_is_refused(self, header: str) -> None:
        tokens = Tokens()
        tokens.issue(NOW)

        assert not tokens.accepts(header, NOW)


class TestGetToken:
    def test_it_tells_the_servers_time(self, shop: Shop, clock: Clock) -> None:
        token = shop.sign_in()

        assert token["now"] == clock.now()
        assert 0 < token["expired_at"] - token["now"] <= 1800

    def test_wrong_keys_are_401_in_the_envelope(self, shop: Shop) -> None:
        answer = shop.post("/users/getToken", imp_key=shop.sandbox.imp_key, imp_secret="wrong")

        assert answer.status_code == 401
        assert answer.json() == {
            "code": -1,
            "message": "인증에 실패하였습니다. API키와 secret을 확인하세요.",
            "response": None,
        }

    def test_missing_keys_are_400(self, shop: Shop) -> None:
        answer = shop.post("/users/getToken", imp_key="x")

        assert answer.status_code == 400
        assert answer.json()["message"] == "imp_key, imp_secret 파라메터가 누락되었습니다."

    def test_a_form_is_as_good_as_json(self, shop: Shop) -> None:
        keys = {"imp_key": shop.sandbox.imp_key, "imp_secret": shop.sandbox.imp_secret}

        assert shop.http.post("/users/getToken", data=keys).json()["code"] == 0

    @pytest.mark.parametrize("body", [b"{", b"[]", b'{"imp_key": NaN}', b"[" * 100_000])
    def test_a_broken_body_is_400(self, shop: Shop, body: bytes) -> None:
        assert shop.http.post("/users/getToken", content=body).status_code == 400


class TestAuthorization:
    def test_without_a_token_everything_is_401(self, sandbox: RunningSandbox) -> None:
        answer = httpx.get(sandbox.base_url + "/users/pg", trust_env=False)

        assert answer.status_code == 401
        assert answer.json() == {"code": -1, "message": "Unauthorized", "response": None}

    def test_a_token_expires_with_the_clock(self, shop: Shop, clock: Clock) -> None:
        assert shop.get("/users/pg").status_code == 200

        clock.advance(2101)

        assert shop.get("/users/pg").status_code == 401

    def test_the_date_is_the_clocks(self, shop: Shop, clock: Clock) -> None:
        clock.set(NOW + 10_000)
        shop.sign_in()

        assert shop.get("/users/pg").headers["date"] == "Wed, 18 Nov 2026 13:53:20 GMT"

    @pytest.mark.parametrize("code", ["b2b", "B2", "B2BX", "B-B"])
    def test_a_malformed_tier_is_400(self, shop: Shop, code: str) -> None:
        shop.headers["Tier"] = code

        assert shop.get("/users/pg").status_code == 400
