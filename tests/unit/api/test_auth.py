from __future__ import annotations

import asyncio
from decimal import Decimal

import anyio
import httpx
import pytest

from doubles.portone import Clock, PortOne, envelope, ok
from portdesk.api.auth import Renew, Send, Token, Tokens, conversation
from portdesk.api.endpoint import Call, Kind, NoRequest
from portdesk.api.endpoints.authenticate import AccessToken
from portdesk.api.endpoints.codes import LIST_BANKS
from portdesk.api.endpoints.payments import FETCH_PAYMENT, FetchPayment
from portdesk.api.endpoints.validation import PREPARE_PAYMENT, PreparePayment
from portdesk.api.errors import NoReplyError, NotExecutedError, TokenError
from portdesk.domain.ids import ImpUid, MerchantUid
from samples.payments import wire

pytestmark = pytest.mark.anyio

ONE = FetchPayment(imp_uid=ImpUid("imp_1"))
PREPARE = PreparePayment(merchant_uid=MerchantUid("order"), amount=Decimal(1000))
UNAUTHORISED = envelope(-1, "Unauthorized", status=401)


class TestReuse:
    async def test_one_token_serves_many_calls(self) -> None:
        portone = PortOne(ok(wire(1)))
        client = portone.client()

        for _ in range(5):
            await client.send(FETCH_PAYMENT, ONE)

        assert portone.tokens == ["token-1"] * 5
        assert len(portone.token_requests) == 1
        await client.aclose()

    async def test_many_calls_at_once_wait_for_the_same_renewal(self) -> None:
        release = asyncio.Event()

        async def slow_token(_: httpx.Request) -> httpx.Response:
            await release.wait()
            return ok({"access_token": "slow", "now": 0, "expired_at": 1800})

        portone = PortOne(ok(wire(1)))
        portone.token_answers = [slow_token]
        client = portone.client()

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(client.send, FETCH_PAYMENT, ONE)
            await anyio.wait_all_tasks_blocked()
            release.set()

        assert portone.tokens == ["slow"] * 20
        assert len(portone.token_requests) == 1
        await client.aclose()

    async def test_those_who_waited_share_its_failure(self) -> None:
        release = asyncio.Event()

        async def refuse(_: httpx.Request) -> httpx.Response:
            await release.wait()
            return envelope(-1, "Unauthorized", status=401)

        portone = PortOne(ok(wire(1)))
        portone.token_answers = [refuse] * 20
        client = portone.client()
        failures = []

        async def call() -> None:
            with pytest.raises(TokenError) as caught:
                await client.send(FETCH_PAYMENT, ONE)
            failures.append(caught.value)

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            release.set()

        assert len(failures) == 20
        assert len(portone.token_requests) == 1
        assert portone.requests == []
        await client.aclose()

    async def test_after_a_failure_the_next_call_asks_anew(self) -> None:
        portone = PortOne(ok(wire(1)))
        portone.token_answers = [envelope(-1, None, status=401)]
        client = portone.client()

        with pytest.raises(TokenError):
            await client.send(FETCH_PAYMENT, ONE)
        await client.send(FETCH_PAYMENT, ONE)

        assert len(portone.token_requests) == 2
        await client.aclose()

    async def test_a_cancelled_renewal_is_taken_over_by_who_waits(self) -> None:
        never = asyncio.Event()
        portone = PortOne(ok(wire(1)))
        portone.token_answers = [lambda _: never.wait()]
        client = portone.client()

        async with anyio.create_task_group() as tasks:
            with anyio.CancelScope() as first:

                async def wait_and_cancel() -> None:
                    await anyio.wait_all_tasks_blocked()
                    tasks.start_soon(client.send, FETCH_PAYMENT, ONE)
                    await anyio.wait_all_tasks_blocked()
                    first.cancel()

                tasks.start_soon(wait_and_cancel)
                await client.send(FETCH_PAYMENT, ONE)

        assert portone.tokens == ["token-2"]
        await client.aclose()


class TestLife:
    @pytest.mark.parametrize(("elapsed", "tokens"), [(1769.0, 1), (1770.0, 2), (100_000.0, 2)])
    async def test_it_is_renewed_thirty_seconds_before_its_end(self, elapsed: float, tokens: int) -> None:
        clock = Clock()
        portone = PortOne(ok(wire(1)), life=1800)
        client = portone.client(clock=clock)
        await client.send(FETCH_PAYMENT, ONE)

        clock.now += elapsed
        await client.send(FETCH_PAYMENT, ONE)

        assert len(portone.token_requests) == tokens
        await client.aclose()

    async def test_a_life_shorter_than_the_margin_still_serves_its_call(self) -> None:
        portone = PortOne(ok(wire(1)), life=10)
        client = portone.client()

        await client.send(FETCH_PAYMENT, ONE)
        await client.send(FETCH_PAYMENT, ONE)

        assert portone.tokens == ["token-1", "token-2"]
        await client.aclose()


class TestUnauthorised:
    async def test_a_read_is_repeated_once_under_a_new_token(self) -> None:
        portone = PortOne(UNAUTHORISED, ok(wire(1)))
        client = portone.client()

        reply = await client.send(FETCH_PAYMENT, ONE)

        assert reply.value.imp_uid == "imp_000000000001"
        assert portone.tokens == ["token-1", "token-2"]
        await client.aclose()

    async def test_a_second_401_is_the_end(self) -> None:
        portone = PortOne(UNAUTHORISED)
        client = portone.client()

        with pytest.raises(TokenError) as caught:
            await client.send(FETCH_PAYMENT, ONE)

        assert type(caught.value) is TokenError
        assert portone.tokens == ["token-1", "token-2"]
        await client.aclose()

    async def test_a_write_is_not_repeated_and_its_caller_hears_that_nothing_was_done(self) -> None:
        portone = PortOne(UNAUTHORISED, ok({"merchant_uid": "order", "amount": 1000}))
        client = portone.client()

        with pytest.raises(NotExecutedError):
            await client.send(PREPARE_PAYMENT, PREPARE)
        assert portone.tokens == ["token-1"]

        await client.send(PREPARE_PAYMENT, PREPARE)
        assert portone.tokens == ["token-1", "token-2"]
        await client.aclose()

    async def test_a_write_without_a_token_was_never_sent(self) -> None:
        portone = PortOne(ok({}))
        portone.token_answers = [httpx.ReadTimeout("")] * 3
        client = portone.client()

        with pytest.raises(NoReplyError) as caught:
            await client.send(PREPARE_PAYMENT, PREPARE)

        assert caught.value.endpoint == "POST /users/getToken"
        assert (portone.requests, len(portone.token_requests)) == ([], 3)
        await client.aclose()


class TestGrantedToken:
    @pytest.mark.parametrize(
        "granted",
        [
            {"access_token": "", "now": 0, "expired_at": 1},
            {"access_token": "a b", "now": 0, "expired_at": 1},
            {"access_token": "a\r\nX-Evil: 1", "now": 0, "expired_at": 1},
            {"access_token": "토큰", "now": 0, "expired_at": 1},
            {"access_token": "a", "now": 0},
            {"access_token": "a", "now": 0, "expired_at": "soon"},
            {"access_token": "a", "now": True, "expired_at": 1},
            {"access_token": None, "now": 0, "expired_at": 1},
            [],
            None,
        ],
    )
    async def test_one_that_cannot_be_used_is_not(self, granted: object) -> None:
        portone = PortOne(ok(wire(1)))
        portone.token_answers = [ok(granted)]
        client = portone.client()

        with pytest.raises(Exception, match="could not be understood"):
            await client.send(FETCH_PAYMENT, ONE)

        assert portone.requests == []
        await client.aclose()

    def test_it_shows_nowhere(self) -> None:
        granted = AccessToken(access_token="canary", expired_at=1, now=0)

        assert "canary" not in f"{granted!r} {Token('canary', 1.0)!r} {Send(Token('canary', 1.0))!r}"


class TestConversation:
    """The steps, without anything being sent."""

    def tokens(self) -> Tokens:
        async def fetch() -> AccessToken:
            raise NotImplementedError

        return Tokens(fetch, Clock())

    def test_a_read(self) -> None:
        steps = conversation(LIST_BANKS.call(NoRequest()), self.tokens())
        first, second = Token("first", 9e9), Token("second", 9e9)

        assert next(steps) == Renew()
        assert steps.send(first) == Send(first)
        assert steps.send(401) == Renew()
        assert steps.send(second) == Send(second)
        with pytest.raises(StopIteration):
            steps.send(401)

    @pytest.mark.parametrize("kind", [Kind.WRITE, Kind.MONEY])
    def test_a_write_is_sent_once(self, kind: Kind) -> None:
        steps = conversation(Call("", kind, "POST", "/", None), self.tokens())
        token = Token("first", 9e9)

        assert [next(steps), steps.send(token)] == [Renew(), Send(token)]
        with pytest.raises(StopIteration):
            steps.send(401)

    def test_the_token_itself_needs_none(self) -> None:
        steps = conversation(Call("", Kind.TOKEN, "POST", "/", None), self.tokens())

        assert next(steps) == Send(None)
        with pytest.raises(StopIteration):
            steps.send(200)
