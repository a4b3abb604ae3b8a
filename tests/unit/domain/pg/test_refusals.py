"""A PG's refusal is recognised by its code or its words, and never by another PG's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.pg.directory import PROFILES
from portdesk.domain.pg.refusals import REFUSALS, explain

FAILED = "결제취소에 실패하였습니다.({})"


@pytest.mark.parametrize(
    ("pg", "message", "refusal"),
    [
        ("html5_inicis", "취소할 결제건이 존재하지 않습니다.", "nothing_to_cancel"),
        ("kcp", "이미 전액취소된 주문입니다.", "already_returned"),
        (None, "존재하지 않는 결제정보입니다.", "no_payment"),
        ("tosspayments", "요청하신 건에 대해 입금된 내역이 없습니다", "no_deposit"),
        (
            "kcp",
            FAILED.format("[8178] 취소 금액보다 상계가능 정산금액 부족 으로 취소 불가합니다"),
            "kcp.funds",
        ),
        ("kcp", "[8178]", "kcp.funds"),
        ("kcp", "취소 금액보다 상계가능정산금액부족으로 취소 불가합니다", "kcp.funds"),
        ("daou", FAILED.format("[9029] 상점의 취소가능 금액이 부족합니다."), "daou.funds"),
        ("daou", "상점의 취소가능  금액이 부족 합니다.", "daou.funds"),
        ("nice", "취소금액이 미정산 금액보다 큽니다", "nice.funds"),
        ("nice_v2", "취소 금액이 미정산금액보다 큽니다.", "nice.funds"),
        ("danal", "취소불가 상태입니다", "danal.funds"),
        ("danal_tpay", FAILED.format("취소불가 상태입니다."), "danal.funds"),
        ("danal", "[0086] IP 차단", "danal.blocked"),
        ("html5_inicis", FAILED.format("가상계좌 환불 특약 미체결"), "account.contract"),
        ("kcp", FAILED.format("[8133] 기취소 거래"), "kcp.already_returned"),
        ("kcp", "8133 기취소 거래", "kcp.already_returned"),
        ("kcp", FAILED.format("8133: 기취소 거래"), "kcp.already_returned"),
        *(
            (pg, f"[{code}] 금액", "kcp.over_balance")
            for pg in ("kcp", "kcp_quick")
            for code in (8036, 8039, 8382)
        ),
        *(("kcp", f"[{code}] 금액", "kcp.balance_differs") for code in (8037, 8038, 8381)),
        ("kcp", "[8035] 최소금액", "kcp.too_small"),
        *(("kcp", f"[{code}] 부분취소 불가", "kcp.no_parts") for code in (8384, 8385, 8392)),
        ("kcp", "[8386] 횟수", "kcp.too_many_parts"),
        *(("kcp", f"[{code}] 진행중", "kcp.busy") for code in (8387, 8388, 8040)),
        *(("kcp", f"[{code}] 과세", "kcp.tax_over") for code in (8098, 8099)),
        ("kcp", "[CCA9] 부분취소된 거래", "kcp.parts_only"),
        ("kcp", "[8E02] 구매확인", "kcp.escrow_confirmed"),
        (
            "kakaopay",
            FAILED.format("requested cancel amount is bigger than cancelable amount"),
            "kakaopay.second_part",
        ),
        ("kakaopay", "[INVALID_CANCEL_AMOUNT] -", "kakaopay.over_balance"),
        ("kakaopay", "INVALID_CANCEL_STATUS", "kakaopay.busy"),
        ("kcp", "[CC67] 사업자번호 오류(인증)", "kcp.review"),
        *(("kcp", f"[{code}]", "kcp.card_refused") for code in ("CC04", "CC14")),
        *(("kcp", f"[{code}]", "kcp.card_limit") for code in ("CC07", "CC08", "CC10")),
    ],
)
def test_it_is_recognised(pg: str | None, message: str, refusal: str) -> None:
    known = explain(pg, message)

    assert known is not None
    assert known.id == refusal


@pytest.mark.parametrize(
    ("pg", "message"),
    [
        ("nice", "[8178] 정산금액"),
        ("danal", "[8133]"),
        ("tosspayments", "취소불가 상태입니다"),
        ("kcp", "취소 가능 금액은 8040원입니다"),
        ("kcp", FAILED.format("금액 8133 초과")),
        ("kcp", "[81780] 알 수 없음"),
        ("kcp", "81334 기타"),
        ("kakaopay", "cancelable amount"),
        ("html5_inicis", "알 수 없는 오류"),
        ("html5_inicis", ""),
        (None, "[8178]"),
    ],
)
def test_what_is_not_known_is_not_guessed(pg: str | None, message: str) -> None:
    assert explain(pg, message) is None


@given(st.sampled_from([None, "kcp", "kakaopay", "x"]), st.text())
def test_no_text_breaks_it(pg: str | None, message: str) -> None:
    explain(pg, message)


def test_a_very_long_text_is_read_only_at_its_beginning() -> None:
    assert explain("danal", " " * 5_000 + "취소불가 상태입니다") is None
    assert explain("danal", "취소불가 상태입니다" + "가" * 100_000) is not None


def test_each_has_a_name_of_its_own_and_a_pg_that_exists() -> None:
    ids = [refusal.id for refusal in REFUSALS]
    codes = {code for profile in PROFILES for code in profile.codes}

    assert len(ids) == len(set(ids))
    assert all(refusal.pgs <= codes for refusal in REFUSALS)
    assert all(refusal.codes or refusal.phrases for refusal in REFUSALS)
    assert all(refusal.source.title and refusal.source.place for refusal in REFUSALS)
