"""The table of refunds: each line was written from the documents, and each rule is in it both ways."""

from __future__ import annotations

from functools import cache

import pytest

from portdesk.domain.pg.amounts import NO_SUM
from portdesk.domain.pg.directory import PROFILES, UNKNOWN_PG, check_refund
from portdesk.domain.pg.rule import Finding, Rule, Severity
from unit.domain.pg.golden import Case, cases, moment, payment_of, request_of

RULES: dict[str, Rule] = {
    rule.id: rule for profile in (*PROFILES, UNKNOWN_PG) for rule in (*profile.refund.all_rules(), NO_SUM)
}


@cache
def found(case: Case) -> tuple[Finding, ...]:
    paid = payment_of(case.payment)
    return check_refund(paid, request_of(case.request, paid), moment(case.now))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_what_is_said_of_a_refund(case: Case) -> None:
    findings = found(case)
    loud = {
        finding.id: finding.severity is Severity.BLOCKS
        for finding in findings
        if finding.severity is not Severity.NOTES
    }
    notes = {finding.id for finding in findings if finding.severity is Severity.NOTES}

    assert loud == case.loud
    assert case.heard <= notes
    assert not case.unheard & notes


def test_the_table_is_large() -> None:
    assert len(cases()) >= 300


def test_only_rules_that_exist_are_named() -> None:
    named = {word for case in cases() for word in (*case.loud, *case.heard, *case.unheard)}

    assert named - RULES.keys() == set()


def test_every_rule_is_heard_in_the_table() -> None:
    told = {word for case in cases() for word in (*case.loud, *case.heard)}

    assert RULES.keys() - told == set()


def test_every_rule_is_told_to_be_silent_in_the_table() -> None:
    """A line tells silence by leaving out a rule of that PG that blocks or warns, or by `~rule`."""
    silent = {word for case in cases() for word in case.unheard}
    for case in cases():
        silent |= {rule for rule in spoken_of(case) if rule not in case.loud}

    assert RULES.keys() - silent == set()


def spoken_of(case: Case) -> set[str]:
    provider = case.payment.split()[0]
    profiles = [profile for profile in PROFILES if provider in profile.codes] or [UNKNOWN_PG]
    loud = {rule.id for rule in profiles[0].refund.all_rules() if rule.severity is not Severity.NOTES}
    return loud | {NO_SUM.id}


def test_the_worst_is_said_first() -> None:
    for case in cases():
        severities = [finding.severity for finding in found(case)]
        assert severities == sorted(severities), case


def test_nothing_is_said_twice() -> None:
    for case in cases():
        ids = [finding.id for finding in found(case)]
        words = [str(finding.words) for finding in found(case)]
        assert len(ids) == len(set(ids)) == len(set(words)), case
