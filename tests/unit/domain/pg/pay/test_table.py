"""The table of pay requests: each line was written from the documents, and each rule is in it both ways."""

from __future__ import annotations

from functools import cache

import pytest

from portdesk.domain.pg.directory import PROFILES
from portdesk.domain.pg.pay.general import NO_SUM
from portdesk.domain.pg.pay.rule import PayRule
from portdesk.domain.pg.pay.table import UNKNOWN_WINDOW, WINDOWS, check_pay_request, terms_of
from portdesk.domain.pg.pay.terms import GENERAL_PAY_RULES, WindowTerms
from portdesk.domain.pg.pay.window import WindowKind
from portdesk.domain.pg.rule import Finding, Severity
from unit.domain.pg.pay.golden import NOW, Case, cases, channels_of, purpose_of, request_of

ALL = (*WINDOWS, UNKNOWN_WINDOW)
RULES: dict[str, PayRule] = {rule.id: rule for terms in ALL for rule in (*terms.all_rules(), NO_SUM)}


@cache
def found(case: Case) -> tuple[Finding, ...]:
    return check_pay_request(request_of(case), channels_of(case), NOW, purpose_of(case))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_what_is_said_of_a_request(case: Case) -> None:
    findings = found(case)
    loud = {
        finding.id: finding.severity is Severity.BLOCKS
        for finding in findings
        if finding.severity is not Severity.NOTES
    }
    notes = {finding.id for finding in findings if finding.severity is Severity.NOTES}

    assert loud == case.loud
    assert case.told("+") <= notes
    assert not case.told("~") & notes


def test_only_rules_that_exist_are_named() -> None:
    named = {word for case in cases() for word in (*case.loud, *case.told("+"), *case.told("~"))}

    assert named - RULES.keys() == set()


def test_every_rule_is_heard_in_the_table() -> None:
    told = {word for case in cases() for word in (*case.loud, *case.told("+"))}

    assert RULES.keys() - told == set()


def test_every_rule_is_silent_in_the_table() -> None:
    always = {"jtnet.forgotten", "paymentwall.later", "naverpay.review", "naverco.silent", "smilepay.silent"}
    always |= {"paypal.closed", "paypal_v2.korea", "kicc_v2.later", "inicis.old", "pay.unknown_pg"}
    silent = {
        rule.id
        for case in cases()
        for rule in (*terms_of(case.code).all_rules(), NO_SUM)
        if rule.id not in {finding.id for finding in found(case)}
    }

    assert RULES.keys() - silent <= always


def test_the_worst_is_said_first_and_nothing_twice() -> None:
    for case in cases():
        severities = [finding.severity for finding in found(case)]
        words = [str(finding.words) for finding in found(case)]
        assert severities == sorted(severities), case
        assert len(words) == len(set(words)), case


@pytest.mark.parametrize("terms", ALL, ids=lambda terms: terms.window.code or "unknown")
class TestTerms:
    def test_name_their_sources(self, terms: WindowTerms) -> None:
        assert terms.sources
        assert all(rule.source.title and rule.source.place for rule in terms.all_rules())

    def test_leave_out_only_rules_that_exist(self, terms: WindowTerms) -> None:
        assert terms.without <= {rule.id for rule in GENERAL_PAY_RULES}

    def test_have_no_rule_twice(self, terms: WindowTerms) -> None:
        ids = [rule.id for rule in terms.all_rules()]
        assert len(ids) == len(set(ids))

    def test_register_only_where_a_window_opens(self, terms: WindowTerms) -> None:
        window = terms.window
        assert window.kind is not WindowKind.NONE or not window.billing
        assert not window.reads_method or set(window.billing) <= set(window.methods)


def test_every_code_of_every_profile_has_its_window() -> None:
    for profile in PROFILES:
        assert [terms.window.code for terms in profile.windows] == list(profile.codes)


def test_every_window_belongs_to_a_profile() -> None:
    assert {terms.window.code for terms in WINDOWS} == {
        code for profile in PROFILES for code in profile.codes
    }
