"""Vector drawings: shapes and words stay, whatever could do something does not."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.estate.drawing_svg import DEEPEST, MOST_BYTES, clean_svg
from gateway.evidence.refused import UploadRefused

SVG = "http://www.w3.org/2000/svg"
RECT = '<rect width="1"/>'


def drawing(inside: str, around: str = 'viewBox="0 0 200 100"') -> bytes:
    return f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" {around}>{inside}</svg>'.encode()


def cleaned(inside: str) -> str:
    data, width, height = clean_svg(drawing(inside))
    assert (width, height) == (200, 100)
    ET.fromstring(data)
    return data.decode()


def test_shapes_words_and_looks_stay():
    kept = cleaned(
        '<g transform="translate(5 5)" style="fill:#eef; stroke : #333 !important"><rect x="1" y="2" width="3" height="4"/>'
        '<text x="9" y="9" font-size="12">3 号楼 &amp; 北门</text></g>'
    )
    assert 'transform="translate(5 5)"' in kept
    assert 'fill="#eef"' in kept
    assert 'stroke="#333"' in kept
    assert "3 号楼 &amp; 北门" in kept
    assert '<rect x="1" y="2" width="3" height="4">' in kept


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<script href="data:,alert(1)"/>',
        '<rect onload="alert(1)" onclick="alert(1)" width="1"/>',
        '<a href="javascript:alert(1)"><rect width="1"/></a>',
        '<use href="http://elsewhere.example/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,AAAA#a"/>',
        '<image href="http://elsewhere.example/pixel.png"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="//elsewhere.example"/></body></foreignObject>',
        "<style>@import url(http://elsewhere.example/a.css)</style>",
        '<rect style="fill:url(http://elsewhere.example/a#b)" width="1"/>',
        '<rect fill="url(//elsewhere.example#a)" width="1"/>',
        r'<rect style="fill:\75rl(http://elsewhere.example)" width="1"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<g><metadata><x xmlns="http://other.example"><script>alert(1)</script></x></metadata></g>',
        "<text>ok<script>alert(1)</script></text>",
        "<!-- alert(1) --><?xml-stylesheet href='http://elsewhere.example/alert.css'?>",
    ],
)
def test_what_could_do_something_is_not_there(hostile):
    kept = cleaned(hostile).lower()
    for part in (
        "script",
        "alert",
        "elsewhere",
        "javascript",
        "onload",
        "onclick",
        "iframe",
        "import",
        "data:",
        "style",
    ):
        assert part not in kept, (part, kept)


def test_what_points_into_the_drawing_stays():
    kept = cleaned(
        '<defs><linearGradient id="a"/></defs><rect fill="url(#a)" width="1"/><use xlink:href="#b"/>'
    )
    assert 'fill="url(#a)"' in kept
    assert 'href="#b"' in kept


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<html></html>", "no SVG"),
        (b"<svg></svg>", "no SVG"),  # of no namespace: no browser draws it
        (b"<svg", "line 1"),
        (drawing("", ""), "viewBox"),
        (drawing("", 'viewBox="0 0 0 10"'), "viewBox"),
        (drawing("", 'viewBox="0 0 1e9 10"'), "viewBox"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawing("<text>&a;</text>"), "DOCTYPE"),
        (drawing("<g>" * (DEEPEST + 1) + "</g>" * (DEEPEST + 1)), "deeply"),
        (drawing("<g/>" * 50_001), "50,000"),
        (b" " * (MOST_BYTES + 1), "4 MB"),
    ],
)
def test_what_cannot_be_taken_says_why(raw, words):
    with pytest.raises(UploadRefused) as refused:
        clean_svg(raw)
    assert words in refused.value.facts["why"]["en"]
    assert refused.value.facts["why"]["zh"]


def test_a_plain_doctype_is_passed_over():
    data, _, _ = clean_svg(
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + drawing("<rect width='1'/>")
    )
    assert b"DOCTYPE" not in data


def test_without_a_view_box_width_and_height_count():
    assert clean_svg(drawing("", 'width="210mm" height="297mm"'))[1:] == (794, 1123)


@given(st.text(max_size=60), st.sampled_from(["fill", "style", "href", "d", "onload", "class", "id"]))
def test_no_attribute_leads_out(value, name):
    quoted = (
        "".join(each for each in value if each.isprintable())
        .replace("&", "")
        .replace("<", "")
        .replace('"', "")
    )
    try:
        data, _, _ = clean_svg(drawing(f'<rect {name}="{quoted}" width="1"/>'))
    except UploadRefused:
        return
    root = ET.fromstring(data)
    for element in root.iter():
        for key, said in element.attrib.items():
            assert not key.startswith("on")
            assert "://" not in said or "url" not in said.lower()
            assert key != "href" or said.startswith("#")


def again(levels: int, times: int, way: str) -> str:
    """Each level is drawn or painted so many times by the next one."""
    made = [
        '<pattern id="p0"><rect width="1"/></pattern>'
        if way == "fill"
        else '<g id="p0"><rect width="1"/></g>'
    ]
    for level in range(1, levels):
        below = f"p{level - 1}"
        inside = {
            "use": f'<use href="#{below}"/>' * times,
            "fill": f'<g fill="url(#{below})">{RECT * times}</g>',
        }[way]
        made.append(f'<pattern id="p{level}">{inside}</pattern>')
    return f'<defs>{"".join(made)}</defs><rect fill="url(#p{levels - 1})" width="1"/>'


@pytest.mark.parametrize("way", ["use", "fill"])
def test_a_few_lines_that_stand_for_a_thousand_million_shapes_are_refused(way: str):
    assert cleaned(again(4, 10, way)).count("url(") >= 1, "a hatch in a hatch is no bomb"
    with pytest.raises(UploadRefused, match="bad_picture") as refused:
        cleaned(again(10, 10, way))
    assert "too many shapes" in str(refused.value.facts["why"])


@pytest.mark.parametrize(
    "endless",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(2000)),
        "".join(f'<g id="a{n + 1}"><use href="#a{n}"/></g>' for n in range(2000)),
    ],
)
def test_what_refers_to_itself_or_far_down_is_refused(endless: str):
    with pytest.raises(UploadRefused, match="bad_picture"):
        cleaned(endless)


def test_a_marker_at_each_of_many_corners_counts_at_each():
    marker = f'<marker id="m">{RECT * 1000}</marker>'
    path = f'<path marker-mid="url(#m)" d="{"L1 1 " * 1000}"/>'
    with pytest.raises(UploadRefused, match="bad_picture"):
        cleaned(marker + path)
    assert "marker-mid" in cleaned(marker + '<path marker-mid="url(#m)" d="M1 1L2 2"/>')


@pytest.mark.parametrize("encoding", ["gbk", "big5", "nonsense"])
def test_an_encoding_that_cannot_be_read_is_told_in_words(encoding: str):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    with pytest.raises(UploadRefused, match="bad_picture") as refused:
        clean_svg(head + drawing("<text>x</text>"))
    assert "UTF-8" in str(refused.value.facts["why"])
