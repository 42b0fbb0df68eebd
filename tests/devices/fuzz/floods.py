"""Payloads of 256 KiB that are cheap to send and meant to be dear to read, for every format."""

from __future__ import annotations

from devices.limits import EVENT_BYTES

SIZE = EVENT_BYTES


def _filled(head: bytes, unit: bytes, tail: bytes = b"") -> bytes:
    """Return `head`, as many `unit`s as fit, and `tail`."""
    return head + unit * ((SIZE - len(head) - len(tail)) // len(unit)) + tail


def _keys(head: bytes, form: bytes, tail: bytes) -> bytes:
    body = head + b"".join(form % number for number in range(SIZE // (len(form) + 3)))
    return body[: SIZE - len(tail)] + tail


FLOODS: dict[str, bytes] = {
    "json: deep lists": _filled(b"", b"["),
    "json: deep objects": _filled(b"", b'{"a":'),
    "json: empty objects": _filled(b"[{}", b",{}", b"]"),
    "json: objects in a list": _filled(b'[{"a":1}', b',{"a":1}', b"]"),
    "json: empty lists": _filled(b'{"data":{"a":[[]', b",[]", b"]}}"),
    "json: numbers": _filled(b'{"data":{"a":[0', b",0", b"]}}"),
    "json: a list of numbers": _filled(b"[0", b",0", b"]"),
    "json: one number": _filled(b'{"data":{"value":', b"9", b"}}"),
    "json: one fraction": _filled(b'{"at":0.', b"9", b"}"),
    "json: one text": _filled(b'{"data":{"reason":"', b"a", b'"}}'),
    "json: escapes": _filled(b'{"data":{"reason":"', b"\\u00e9", b'"}}'),
    "json: wide text": _filled(b'{"data":{"reason":"', "\U0001f600".encode(), b'"}}'),
    "json: short texts": _filled(b'{"state":{"a":["a"', b',"a"', b"]}}"),
    "json: many keys": _keys(b'{"data":{"x":0', b',"k%d":0', b'}}'),
    "json: many states": _keys(b'{"state":{"x":0', b',"k%d":0', b'}}'),
    "json: same key": _filled(b'{"data":{"a":0', b',"a":0', b"}}"),
    "json: one long key": _filled(b'{"', b"a", b'":1}'),
    "json: blanks": _filled(b'{"a":', b" ", b"1}"),
    "xml: entities": _filled(b"<a>", b"&lt;", b"</a>"),
    "xml: numbered entities": _filled(b"<a>", b"&#65;", b"</a>"),
    "xml: entities in an attribute": _filled(b'<a b="', b"&lt;", b'"/>'),
    "xml: deep": _filled(b"", b"<a>"),
    "xml: elements": _filled(b"<a>", b"<b/>", b"</a>"),
    "xml: attributes": _keys(b"<a ", b'k%d="" ', b"/>"),
    "xml: lines": _filled(b"<a>", b"\n", b"</a>"),
    "xml: carriage returns": _filled(b"<a>", b"x\r", b"</a>"),
    "xml: one name": _filled(b"<", b"a", b"/>"),
    "xml: one attribute": _filled(b"<a ", b"b", b'="c"/>'),
    "xml: one value": _filled(b'<a b="', b"c", b'"/>'),
    "xml: one text": _filled(b"<a>", b"c", b"</a>"),
    "xml: one comment": _filled(b"<a><!--", b"c", b"--></a>"),
    "xml: comments": _filled(b"<a>", b"<!---->", b"</a>"),
    "xml: instructions": _filled(b"<a>", b"<?b?>", b"</a>"),
    "xml: sections": _filled(b"<a>", b"<![CDATA[x]]>", b"</a>"),
    "xml: declaration": _filled(b"<?xml ", b"encoding ", b"?><a/>"),
    "xml: declarations of GBK": _filled(b"<?xml encoding='gbk'?><a>", b"\xd5\xc5", b"</a>"),
    "xml: signs of ends": _filled(b"<a>", b"]]", b"</a>"),
    "xml: names spaces": _filled(b"<a ", b'xmlns:b="c" ', b"/>"),
    "multipart: boundaries": _filled(b"--x\r\n", b"\r\n--x", b"--"),
    "multipart: empty parts": _filled(b"--x\r\n\r\n", b"\r\n--x\r\n\r\n", b"\r\n--x--"),
    "multipart: reports": _filled(b"--x\r\n\r\n{}", b"\r\n--x\r\n\r\n{}", b"\r\n--x--"),
    "multipart: dashes": _filled(b"--x\r\n", b"-"),
    "multipart: headers": _filled(b"--x\r\n", b'name="a";', b"\r\n\r\n{}\r\n--x--"),
    "multipart: entities": _filled(b"--x\r\n\r\n<a>", b"&lt;", b"</a>\r\n--x--"),
    "form: pairs": _filled(b"a=1", b"&a=1"),
    "form: signs": _filled(b"", b"&"),
    "form: percents": _filled(b"a=", b"%41"),
    "form: broken percents": _filled(b"a=", b"%"),
    "form: one name": _filled(b"", b"a"),
    "lines: empty": _filled(b"", b"\n"),
    "lines: bad": _filled(b"", b"x\n"),
    "lines: tabs": _filled(b"", b"\t"),
    "lines: columns": _filled(b"", b"1\t2\t3\n"),
    "lines: one": _filled(b"", b"a"),
    "lines: pairs": _filled(b"", b"a=1\t"),
    "lines: spaces": _filled(b"x", b" ", b"\n"),
    "bytes: zeros": _filled(b"", b"\0"),
    "bytes: ones": _filled(b"", b"\xff"),
    "bytes: GBK": _filled(b"", b"\xd5\xc5"),
    "bytes: marks": _filled(b"", b"\xef\xbb\xbf"),
    "text: digits": _filled(b"", b"9"),
    "text: numbers": _filled(b"", b"1,"),
    "text: colons": _filled(b"", b"a:"),
    "text: quotes": _filled(b"", b'"'),
}  # fmt: skip
