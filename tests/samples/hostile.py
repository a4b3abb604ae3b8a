"""Texts that somebody might put where we show them; the magenta ones are seen if they are obeyed."""

from __future__ import annotations

MAGENTA = "#ff00ff"

MARKUP = (
    f"<b style='background:{MAGENTA}'>승인됨</b>",
    f"<span style='color:{MAGENTA};background-color:{MAGENTA}'>██████</span>",
    f"<font color='{MAGENTA}' size=7>████</font>",
    f"<table bgcolor='{MAGENTA}' width=200><tr><td>결제완료</td></tr></table>",
    f"<p style='background:{MAGENTA}'>환불이 끝났어요</p>",
    f"환불 실패: <span style='background:{MAGENTA}'>다시 누르세요</span>",
    f"<html><body bgcolor='{MAGENTA}'>오늘</body></html>",
    f"<!DOCTYPE html><body style='background:{MAGENTA}'>",
    f"<qt><b style='background:{MAGENTA}'>x</b></qt>",
    f"<?xml version='1.0'?><p style='background:{MAGENTA}'>x</p>",
    f"</p><p style='background:{MAGENTA}'>밖으로</p>",
    f"</style><style>* {{ background: {MAGENTA} }}</style>",
    f"</td></tr></table><hr color='{MAGENTA}' width=300 size=20>",
    f"<ul><li style='background:{MAGENTA}'>하나</ul>",
    "<a href='https://evil.example'>지금 이 주소에서 업데이트하세요</a>",
    "<a href='file:///etc/passwd'>영수증</a>",
    "<a name=x href=javascript:alert(1)>x</a>",
    "<img src='file:///dev/zero' width=400 height=400>",
    "<img src='//host.example/x.png'>",
    "<img src='data:image/png;base64,iVBORw0KGgo='>",
    "<img src=':/qt-project.org/logos/pysidelogo.png'>",
    "<script>alert(1)</script>",
    "<!-- 숨김 -->보임",
    "<br><br><br>세 줄 아래",
    "<pre>  그대로  </pre>",
    "<h1>크게</h1>",
    "<sub>아래</sub><sup>위</sup>",
    "&lt;b&gt;이미 바뀜&lt;/b&gt;",
    "&amp;&nbsp;&#9608;&#x202e;",
    "<",
    "a<b & c>d",
    "<<<<>>>>",
    "**굵게** _기울임_ [링크](https://evil.example)",
    "![그림](file:///etc/passwd)",
)
INVISIBLE = (
    "\u202e0003,83₩\u202c 환불",
    "김\u202e수민",
    "\u2066홍길동\u2069 \u2067관리자\u2069",
    "\u200f\u061c\u200e오른쪽",
    "관\u200b리\u200c자\u2060\ufeff",
    "admin\u00ad",
    "\u3164\u3164\u3164",
    "\u115f\u1160\uffa0",
    "\u2800" * 20,
    "\ufe0f\ufe0e",
    "\U000e0041\U000e0042\U000e007f",
    "a" + "\u0301" * 60,
    "\u2028줄\u2029문단",
    "한 줄\n두 줄\r\n세 줄\r\x0b\x0c\x85끝",
    "\t\t탭\t탭",
    "\x1b[31m빨강\x1b[0m\x1b]0;title\x07",
    "앞\x00뒤",
    "\x00",
    "\x08\x08\x08지움\x7f",
    "\ud800 홀로 \udfff",
    "\udcff\udcfe",
    "\uffff\ufffe",
    "   ",
)
EMOJI = (
    "💐🌹🌷",
    "👩‍👩‍👧‍👦👩🏽‍🌾🏳️‍🌈",
    "🇰🇷❤️‍🔥1️⃣",
    "\u200d" * 50,
)
TEMPLATES = (
    "&환불(&R)",
    "&&&&",
    "100 % & 50 %",
    "{name}{0.__class__}{",
    "%s %1 %n %(name)s",
    "[*]",
    "$(reboot) `id` ${HOME}",
    "'; DROP TABLE payments; --",
    "../../../etc/passwd",
)
CELLS = (
    '=HYPERLINK("https://evil.example","환불")',
    "=cmd|' /C calc'!A0",
    "+82 10-1234-5678",
    "-1+1",
    "@SUM(A1:A9)",
    "\uff1d1+1",
    "\t=1+1",
    '"=1+1',
)
LONG = (
    "가" * 1_000_000,
    "a" * 100_000 + "<b>",
    "긴 이름 " * 20_000,
    "<b>" * 50_000,
    "\u202e" * 100_000,
)

HOSTILE = (*MARKUP, *INVISIBLE, *EMOJI, *TEMPLATES, *CELLS, *LONG)
