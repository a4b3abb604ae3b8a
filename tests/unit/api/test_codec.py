from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portdesk.api.codec import MAX_BYTES, read_envelope, read_json
from portdesk.domain.errors import WireError


def place_of(body: bytes) -> str:
    with pytest.raises(WireError) as caught:
        read_envelope(body)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    return error.place


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (b"0", 0),
            (b"-0", 0),
            (b"38000", 38000),
            (b"9223372036854775807", 2**63 - 1),
            (b"0.1", Decimal("0.1")),
            (b"12.50", Decimal("12.50")),
            (b"1.1e2", Decimal(110)),
            (b"0.0", Decimal(0)),
        ],
    )
    def test_they_are_exact(self, text: bytes, value: Any) -> None:
        number = read_json(text)

        assert number == value
        assert type(number) is type(value)

    @pytest.mark.parametrize(
        "text",
        [
            b"1e999",
            b"1e-999",
            b"1e31",
            b"9223372036854775808",
            b"9" * 4000,
            b"0." + b"1" * 5000,
            b"1e99999999999999999999",
            b"0e99999999999999999999",
            b"NaN",
            b"Infinity",
            b"-Infinity",
        ],
    )
    def test_absurd_ones_are_refused(self, text: bytes) -> None:
        assert place_of(b'{"code":0,"response":[%s]}' % text) == "number"

    def test_five_thousand_digits_are_refused(self) -> None:
        assert place_of(b'{"code":%s}' % (b"9" * 5000)) == "json"


class TestTexts:
    @pytest.mark.parametrize("text", [b'"\\ud800"', b'"a\\udfffb"', b'{"\\ud800":1}', b'["\\ud83dx"]'])
    def test_lone_surrogates_are_refused(self, text: bytes) -> None:
        assert place_of(b'{"code":0,"response":%s}' % text) == "text"

    def test_a_pair_is_one_character(self) -> None:
        assert read_json(b'"\\ud83d\\ude00 \\ud55c"') == "\U0001f600 한"

    @pytest.mark.parametrize("body", [b'"\xed\xa0\x80"', b"\xff", '{"code":0}'.encode("utf-16")])
    def test_other_encodings_are_refused(self, body: bytes) -> None:
        assert place_of(body) == "text"


class TestShape:
    def test_a_name_given_twice_is_refused(self) -> None:
        assert place_of(b'{"code":0,"response":{"amount":1,"amount":1}}') == "duplicate field"

    def test_names_that_differ_only_in_writing_are_the_same(self) -> None:
        assert place_of(b'{"code":0,"c\\u006fde":0}') == "duplicate field"

    @pytest.mark.parametrize("depth", [1, 63, 64])
    def test_sixty_four_levels_are_read(self, depth: int) -> None:
        read_json(b"[" * depth + b"]" * depth)

    @pytest.mark.parametrize("depth", [65, 900, 100_000])
    def test_more_levels_are_refused(self, depth: int) -> None:
        assert place_of(b"[" * depth + b"]" * depth) == "depth"
        assert place_of(b'{"a":' * depth + b"1" + b"}" * depth) == "depth"

    def test_eight_megabytes_are_read_and_no_more(self) -> None:
        assert len(str(read_json(b'"' + b"x" * (MAX_BYTES - 2) + b'"'))) == MAX_BYTES - 2
        assert place_of(b'"' + b"x" * (MAX_BYTES - 1) + b'"') == "length"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b" ",
            b'{"code":0',
            b'{"code":0}x',
            b"<html></html>",
            b"\xef\xbb\xbf{}",
            b'"a\nb"',
            b"[1,]",
            b"01",
            b"'a'",
        ],
    )
    def test_what_is_not_json_is_refused(self, body: bytes) -> None:
        assert place_of(body) == "json"


class TestEnvelope:
    def test_code_message_and_response(self) -> None:
        envelope = read_envelope('{"code":-1,"message":"없음","response":null,"more":1}'.encode())

        assert (envelope.code, envelope.message, envelope.response) == (-1, "없음", None)

    @pytest.mark.parametrize("body", [b"[]", b"null", b"0", b'"code"'])
    def test_it_is_an_object(self, body: bytes) -> None:
        assert place_of(body) == "envelope"

    @pytest.mark.parametrize("code", [b"false", b"0.0", b'"0"', b"null", b"[]"])
    def test_the_code_is_a_whole_number(self, code: bytes) -> None:
        assert place_of(b'{"code":%s,"response":{}}' % code) == "code"

    def test_the_code_is_there(self) -> None:
        assert place_of(b'{"response":{}}') == "code"

    def test_the_message_is_text(self) -> None:
        assert place_of(b'{"code":1,"message":{}}') == "message"

    def test_neither_message_nor_response_shows_in_its_repr(self) -> None:
        assert "secret" not in repr(read_envelope(b'{"code":0,"message":"secret","response":"secret"}'))
