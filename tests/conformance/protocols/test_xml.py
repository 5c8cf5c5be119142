"""XML as a small tree: what is kept, what is refused, and that size alone is no weapon."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from awscontract.conformance.protocols.notes import DEPTH, OverLimit
from awscontract.conformance.protocols.xml import Element, MarkupError, parse


def test_a_tree_keeps_order_prefixes_and_namespaces() -> None:
    """What lenient parsers throw away is there."""
    root = parse(b'<a xmlns="u:1" xmlns:p="u:2">x<p:b>1</p:b>y<c xmlns="">2</c><p:b/>z</a>')
    assert (root.name, root.namespace, root.prefix, root.text) == ("a", "u:1", "", "xyz")
    assert [(each.prefix, each.name, each.namespace, each.text) for each in root.children] == [
        ("p", "b", "u:2", "1"),
        ("", "c", "", "2"),
        ("p", "b", "u:2", ""),
    ]
    assert root.find("b") is root.children[0]
    assert root.all("b") == [root.children[0], root.children[2]]
    assert root.find("nothing") is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<a>&lt;&amp;&gt;&quot;&apos;</a>", "<&>\"'"),
        ("<a>&#13;&#x1F600;</a>", "\r\U0001f600"),
        ("<a><![CDATA[<b>&amp;]]></a>", "<b>&amp;"),
        ("<a>x<!-- y -->z<?p q?></a>", "xz"),
        ("<a>\r\n</a>", "\n"),
        ("<a/>", ""),
        ("<!-- x --><?p?><a/><!-- y -->\n", ""),
    ],
)
def test_text(body: str, text: str) -> None:
    """References, sections, comments, line ends: as XML reads them."""
    assert parse(body.encode()).text == text


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("ISO-8859-1", "latin-1"),
        ("US-ASCII", "ascii"),
        ("windows-1252", "cp1252"),
    ],
)
def test_encodings(declared: str, encoding: str) -> None:
    """What the declaration names is what the bytes are read as."""
    letter = "e" if encoding == "ascii" else "é"
    assert parse(f'<?xml version="1.0" encoding="{declared}"?><a>{letter}</a>'.encode(encoding)).text == letter


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{}",
        b"<a>",
        b"</a>",
        b"<a></b>",
        b"<a/><a/>",
        b"<a/>x",
        b" <?xml version='1.0'?><a/>",
        b"<a>&nbsp;</a>",
        b"<a>&#0;</a>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<a>]]></a>",
        b"<a b=1/>",
        b"<a b='1' b='2'/>",
        b"<p:a/>",
        b"<a:b:c xmlns:a='u'/>",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b'<?xml version="1.0" encoding="rot13"?><a/>',
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b'<?xml version="1.0" encoding="idna"?><a/>',
        b"\x1f\x8b\x08\x00",
    ],
)
def test_not_a_document(body: bytes) -> None:
    """Each is refused with a reason of one line."""
    with pytest.raises(MarkupError) as caught:
        parse(body)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        "<!DOCTYPE html>",
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:1/">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>',
    ],
)
def test_document_types(doctype: str) -> None:
    """No document type gets in, whatever it would declare."""
    with pytest.raises(MarkupError, match="document type"):
        parse(f"{doctype}<a>&b;</a>".encode())


def test_depth() -> None:
    """The limit is ours: what is deeper may be well-formed and is distinguished."""
    assert parse(b"<a>" * DEPTH + b"</a>" * DEPTH).name == "a"
    with pytest.raises(OverLimit, match="deep"):
        parse(b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1))


def test_elements() -> None:
    """So is the limit on their number, which ends the reading where it is reached."""
    assert len(parse(b"<a><b/><b/></a>", 3).children) == 2
    with pytest.raises(OverLimit, match="more than 2 elements"):
        parse(b"<a><b/><b/>", 2)


def test_attributes() -> None:
    """They are kept under their names as written."""
    root = parse(b'<a b="1" xmlns:p="u" p:c="2"><d/></a>')
    assert (root.attributes, root.children[0].attributes) == ({"b": "1", "p:c": "2"}, None)


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        ("&#120;", "x"),
        ("&amp;", "&"),
        ("x<b/>", "x"),
        ("x<?p?>", "x"),
        ("x<!---->", "x"),
        ("x<![CDATA[y]]>", "xy"),
        ("\n", "\n"),
    ],
)
def test_a_text_in_many_pieces(piece: str, text: str) -> None:
    """Megabytes in small pieces are read in one pass: piece by piece this would copy terabytes and not come back."""
    times = 500_000
    assert parse(f"<a>{piece * times}</a>".encode(), times + 1).text == text * times


@given(st.binary())
def test_any_bytes_are_a_tree_or_refused(body: bytes) -> None:
    """Nothing but MarkupError comes out of so few bytes."""
    try:
        root = parse(body)
    except MarkupError as error:
        reason = str(error)
        assert reason
    else:
        assert isinstance(root, Element)
