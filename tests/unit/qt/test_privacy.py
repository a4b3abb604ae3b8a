"""One switch masks personal data everywhere; card numbers are never shown whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from portdesk.domain.masking import MASKS
from portdesk.qt.privacy import Privacy


@pytest.fixture
def privacy(qapp: object) -> Privacy:
    return Privacy()


def test_it_is_off_at_first_and_shows_everything(privacy: Privacy) -> None:
    assert not privacy.is_on
    assert privacy.shown("buyer_name", "홍길동") == "홍길동"


@pytest.mark.parametrize("field", sorted(MASKS))
def test_every_personal_field_is_masked_while_it_is_on(privacy: Privacy, field: str) -> None:
    privacy.switch(True)

    assert privacy.shown(field, "5602-1234-5678-90 서울") == MASKS[field]("5602-1234-5678-90 서울")


def test_other_fields_are_never_masked(privacy: Privacy) -> None:
    privacy.switch(True)

    assert privacy.shown("merchant_uid", "ORD-1") == "ORD-1"


@pytest.mark.parametrize("on", [True, False])
def test_nothing_stays_nothing(privacy: Privacy, on: bool) -> None:
    privacy.switch(on)

    assert privacy.shown("buyer_name", None) == ""
    assert privacy.shown("buyer_name", "") == ""


def test_a_card_number_is_never_shown_whole(privacy: Privacy) -> None:
    assert privacy.shown("card_number", "4092020000001234") == "409202******1234"


def test_the_screen_is_told_once_for_each_change(privacy: Privacy, qtbot: QtBot) -> None:
    with qtbot.waitSignal(privacy.changed):
        privacy.switch(True)
    assert privacy.is_on

    with qtbot.assertNotEmitted(privacy.changed):
        privacy.switch(True)


def test_what_is_frozen_stays_so(privacy: Privacy) -> None:
    open_, masked = privacy.frozen(), privacy.frozen(masked=True)
    privacy.switch(True)

    assert not open_.is_on
    assert masked.is_on
    assert privacy.frozen().is_on


def test_what_is_frozen_may_end_in_another_thread(privacy: Privacy) -> None:
    frozen = privacy.frozen(masked=True)

    assert frozen.shown("buyer_name", "홍길동") == "홍*동"
    assert not [one for one in (frozen, *vars(frozen).values()) if isinstance(one, QObject)]
