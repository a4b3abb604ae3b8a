from __future__ import annotations

import os

import pytest

from fuzz.replies import Campaign, fault_of
from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT
from portdesk.api.errors import RefusedError
from portdesk.api.exchange import Answer
from portdesk.api.verdict import Reply, judge

SEED = int(os.environ.get("PORTDESK_SEED", "20260823"))
COUNT = 100_000 * int(os.environ.get("PORTDESK_CAMPAIGN", "1"))


@pytest.mark.campaign
class TestMutatedReplies:
    def test_only_our_error_leaves_and_no_success_is_false(self) -> None:
        campaign = Campaign(SEED)

        campaign.run(COUNT)

        assert campaign.outcomes["Reply"] > COUNT // 50, (
            "the campaign must reach what lies behind the envelope"
        )
        assert len(campaign.outcomes) > 8

    def test_a_case_can_be_had_again_alone(self) -> None:
        assert Campaign(7).case(123)[1] == Campaign(7).case(123)[1]
        assert Campaign(7).case(123)[1] != Campaign(8).case(123)[1]


class TestJudge:
    """The campaign's own judge is not blind."""

    BODY = (
        b'{"code":0,"response":{"imp_uid":"imp_1","merchant_uid":"o","amount":1.10,"cancel_amount":0,'
        b'"currency":"USD","status":"paid","sandbox":false}}'
    )

    def test_it_accepts_the_truth(self) -> None:
        answer = Answer(200, self.BODY)

        assert fault_of(FETCH_PAYMENT, answer, judge(FETCH_PAYMENT, answer)) is None

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (500, BODY),
            (200, BODY.replace(b'"code":0', b'"code":1')),
            (200, BODY.replace(b"1.10", b"1.1000000000000000888")),
            (200, BODY.replace(b"imp_1", b"imp_2")),
            (200, BODY.replace(b'"USD"', b'"USD","new":1')),
            (200, BODY.replace(b'"USD"', b'"USD","currency":"USD"')),
        ],
    )
    def test_it_sees_a_false_success(self, status: int, body: bytes) -> None:
        reply = judge(FETCH_PAYMENT, Answer(200, self.BODY))
        assert isinstance(reply, Reply)

        assert fault_of(FETCH_PAYMENT, Answer(status, body), reply)

    def test_it_sees_a_false_refusal(self) -> None:
        error = RefusedError(CANCEL_PAYMENT.name)

        assert fault_of(CANCEL_PAYMENT, Answer(500, b'{"code":1}'), error)
        assert fault_of(CANCEL_PAYMENT, Answer(200, b"<html>"), error)

    def test_it_sees_a_foreign_exception(self) -> None:
        assert fault_of(FETCH_PAYMENT, Answer(200), ValueError())
