from __future__ import annotations

import pytest

from portdesk.checkout.gate import Gate
from portdesk.checkout.hosts import is_known
from portdesk.checkout.page import Sentinel, page
from portdesk.checkout.place import OWN_ORIGIN, SDK_URL, CheckoutPlace
from portdesk.checkout.results import LONGEST, NoticeKind, Rumour, read_rumour
from portdesk.domain.errors import InputError

LIVE = CheckoutPlace.live("imp12345678")
HERE = CheckoutPlace.on_this_machine("http://127.0.0.1:8800/iamport.js", "imp00000000")
BACK = Sentinel(token="abc")


class TestPlace:
    def test_a_live_shop_has_the_sdk_that_is_compiled_in(self) -> None:
        assert (LIVE.sdk_url, LIVE.origin, LIVE.is_live) == (SDK_URL, OWN_ORIGIN, True)

    @pytest.mark.parametrize("code", ["", "imp", "imp12ab", "12345678", "imp12345678'"])
    def test_a_code_that_is_none_is_refused(self, code: str) -> None:
        with pytest.raises(InputError):
            CheckoutPlace.live(code)

    @pytest.mark.parametrize(
        "origin",
        [
            "http://shop.example", "https://shop.example/pay", "https://shop.example:8443", "https://cdn.iamport.kr",
            "https://portone.io", "https://user@shop.example", "shop.example", "https://localhost", "https://[shop.example",
        ],
    )  # fmt: skip
    def test_the_origin_is_the_shops_own(self, origin: str) -> None:
        with pytest.raises(InputError):
            CheckoutPlace.live("imp12345678", origin=origin)

    def test_an_origin_may_end_in_a_slash(self) -> None:
        assert (
            CheckoutPlace.live("imp12345678", origin="https://Shop.example/").origin == "https://shop.example"
        )

    @pytest.mark.parametrize("tier", ["ab1", "ABCD", ""])
    def test_a_tier_is_three_characters(self, tier: str) -> None:
        with pytest.raises(InputError):
            CheckoutPlace.live("imp12345678", tier_code=tier)

    def test_another_script_than_the_compiled_one_is_on_this_machine(self) -> None:
        with pytest.raises(InputError):
            CheckoutPlace.on_this_machine("https://evil.example/iamport.js", "imp00000000")
        with pytest.raises(InputError):
            CheckoutPlace.on_this_machine(HERE.sdk_url, "imp0", origins=frozenset({"http://evil.example"}))


class TestGate:
    @pytest.mark.parametrize(
        ("scheme", "host", "kind"),
        [
            ("https", "service.iamport.kr", None),
            ("wss", "pay.example", None),
            ("blob", "", None),
            ("http", "shop.example", NoticeKind.PLAIN_HTTP),
            ("ws", "shop.example", NoticeKind.PLAIN_HTTP),
            ("http", "127.0.0.1", NoticeKind.THIS_MACHINE),
            ("https", "localhost", NoticeKind.THIS_MACHINE),
            ("wss", "a.localhost", NoticeKind.THIS_MACHINE),
            ("https", "127.9.9.9", NoticeKind.THIS_MACHINE),
            ("https", "0.0.0.0", NoticeKind.THIS_MACHINE),  # noqa: S104 - an address a page may try
            ("https", "::1", NoticeKind.THIS_MACHINE),
            ("https", "::ffff:127.0.0.1", NoticeKind.THIS_MACHINE),
            ("file", "", NoticeKind.FILES),
            ("chrome", "settings", NoticeKind.FILES),
        ],
    )
    def test_a_live_window_reaches_encrypted_hosts_only(
        self, scheme: str, host: str, kind: NoticeKind | None
    ) -> None:
        assert Gate(LIVE).refusal(scheme, host, f"{scheme}://{host}") is kind

    def test_a_window_on_loopback_reaches_its_own_origins_only(self) -> None:
        gate = Gate(HERE)

        assert gate.refusal("http", "127.0.0.1", "http://127.0.0.1:8800") is None
        assert gate.refusal("http", "127.0.0.1", "http://127.0.0.1:9999") is NoticeKind.THIS_MACHINE


class TestPage:
    def test_it_loads_the_sdk_and_nothing_else(self) -> None:
        text = page(LIVE, "nonce")

        assert text.count("<script") == 1
        assert f'src="{SDK_URL}"' in text
        assert "script-src &#x27;nonce-nonce&#x27; &#x27;strict-dynamic&#x27;" in text


class TestSentinel:
    def test_only_the_whole_address_is_it(self) -> None:
        assert BACK.is_met_by(BACK.url + "?imp_uid=1#x")
        for other in (
            "https://return.portdesk.invalid/abcd",
            "https://return.portdesk.invalid/abc/",
            "http://return.portdesk.invalid/abc",
            "https://return.portdesk.invalid.evil.example/abc",
            "https://x@return.portdesk.invalid/abc",
            "https://return.portdesk.invalid:444/abc",
            "https://evil.example/?https://return.portdesk.invalid/abc",
        ):
            assert not BACK.is_met_by(other)


class TestRumour:
    def test_a_redirect_is_read(self) -> None:
        url = BACK.url + "?imp_uid=imp_123&merchant_uid=m%2F1&imp_success=false&error_msg=%EC%B7%A8%EC%86%8C"

        assert read_rumour(url) == Rumour(
            is_redirect=True, imp_uid="imp_123", merchant_uid="m/1", success=False, error_msg="취소"
        )

    @pytest.mark.parametrize(
        "tail",
        [
            "#%7B", "#[]", "#1", "#" + "%7B%22a%22%3A" * 900,
            "#" + "x" * (4 * LONGEST), "?" + "x" * (2 * LONGEST),
            "?imp_uid=%27%3B%20DROP", "#%7B%22imp_uid%22%3A7%7D", "",
        ],
    )  # fmt: skip
    def test_what_does_not_fit_says_nothing(self, tail: str) -> None:
        rumour = read_rumour(BACK.url + tail)

        assert (rumour.imp_uid, rumour.merchant_uid, rumour.is_failure) == (None, None, False)

    def test_a_long_text_is_cut(self) -> None:
        assert len(read_rumour(BACK.url + "?error_msg=" + "x" * 3000).error_msg) == 300

    def test_the_sdks_own_misspelling_is_read(self) -> None:
        assert read_rumour(BACK.url + "?error_coe=F1001").error_code == "F1001"


@pytest.mark.parametrize(
    ("host", "known"),
    [("mobile.inicis.com", True), ("inicis.com", True), ("INICIS.com", True), ("inicis.com.evil.kr", False),
     ("evilinicis.com", False), ("", False)],
)  # fmt: skip
def test_hosts_of_payment_providers_are_known(host: str, known: bool) -> None:
    assert is_known(host) is known
