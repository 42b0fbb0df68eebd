"""The built pages: addresses, compression, caching, headers, and what is told when they were not built."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.gateway.api.house import house


def built(folder: Path) -> Path:
    """Write a small set of built pages."""
    (folder / "assets").mkdir(parents=True)
    for name in ("index", "duty", "m", "report"):
        (folder / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>", "utf-8")
    script = b"console.log('hello');" * 50
    (folder / "assets" / "main-B7x_9aQz.js.gz").write_bytes(gzip.compress(script))
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    (folder.parent / "secret.txt").write_text("secret", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "index"), ("/login", "index"), ("/rules", "index"), ("/devices/gate-n1", "index"), ("/people/wang.qiang", "index"),
        ("/duty", "duty"), ("/duty/incidents/x-1", "duty"), ("/m", "m"), ("/m/tasks/x-1", "m"), ("/report", "report"),
    ],
)  # fmt: skip
async def test_each_address_has_its_page(tmp_path, path, title):
    async with house(tmp_path / "data", static=built(tmp_path / "static")) as it:
        answer = await it.stranger().get(path)
        assert answer.status_code == 200
        assert f"<title>{title}</title>" in answer.text
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-type"].startswith("text/html")


async def test_files_are_sent_compressed_and_kept_for_good_when_their_name_is_hashed(tmp_path):
    async with house(tmp_path / "data", static=built(tmp_path / "static")) as it:
        browser = it.stranger()
        packed = await browser.get("/assets/main-B7x_9aQz.js", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert packed.headers["vary"] == "Accept-Encoding"
        assert "javascript" in packed.headers["content-type"]
        plain = await browser.get("/assets/main-B7x_9aQz.js", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == packed.content
        icon = await browser.get("/icon.svg")
        assert (icon.status_code, icon.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "/assets/main-B7x_9aQz.js.gz", "/none.txt", "/api/none", "/api", "/assets/", "/health/none",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(tmp_path, path):
    async with house(tmp_path / "data", static=built(tmp_path / "static")) as it:
        answer = await it.stranger().get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert "secret" not in answer.text


async def test_every_answer_carries_the_headers_that_keep_pages_safe(tmp_path):
    async with house(tmp_path / "data", static=built(tmp_path / "static")) as it:
        for path in ("/", "/api/me", "/health/live", "/none.txt"):
            headers = (await it.stranger().get(path)).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert "strict-transport-security" not in headers
            assert "cross-origin-opener-policy" not in headers
        secure = (await it.stranger(base="https://gateway.lan").get("/")).headers
        assert secure["strict-transport-security"]
        assert secure["cross-origin-opener-policy"] == "same-origin"


async def test_the_console_gets_a_nonce_of_its_own_for_styles_and_for_nothing_else(tmp_path):
    static = built(tmp_path / "static")
    (static / "index.html").write_text('<meta property="csp-nonce" nonce="%STYLE-NONCE%" />', "utf-8")
    async with house(tmp_path / "data", static=static) as it:
        seen = set()
        for path in ("/", "/login", "/people/wang"):
            answer = await it.stranger().get(path)
            nonce = re.search(r'nonce="([\w-]{22})"', answer.text)
            assert nonce, answer.text
            policy = dict(
                part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
            )
            assert policy["style-src"] == f"'self' 'nonce-{nonce[1]}'"
            assert policy["default-src"] == "'self'"  # scripts: files of ours, no nonce
            assert "script-src" not in policy
            seen.add(nonce[1])
        assert len(seen) == 3
        assert "nonce" not in (await it.stranger().get("/duty")).headers["content-security-policy"]


async def test_without_built_pages_the_page_says_what_to_do(tmp_path):
    (tmp_path / "static").mkdir()
    async with house(tmp_path / "data", static=tmp_path / "static") as it:
        answer = await it.stranger().get("/duty")
        assert answer.status_code == 503
        assert "make web" in answer.text
        assert "网页部分还没有构建" in answer.text


async def test_a_post_to_a_page_and_a_wrong_method_are_problems(tmp_path):
    async with house(tmp_path / "data", static=built(tmp_path / "static")) as it:
        for method, path in (("POST", "/duty"), ("DELETE", "/api/me"), ("PUT", "/api/incidents")):
            answer = await it.stranger().request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (405, "wrong_method"), path


async def test_a_failure_inside_is_an_answer_with_a_reference(tmp_path, monkeypatch):
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        monkeypatch.setattr("gateway.api.routes.duty.duty_view", lambda lens: 1 / 0)
        answer = await guard.get("/api/duty")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert answer.json()["facts"]["reference"] in answer.json()["detail"]["zh"]
        assert "ZeroDivision" not in answer.text


async def test_large_bodies_are_refused_before_they_are_read(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger()
        answer = await browser.post(
            "/api/login", content=b"{" + b" " * 300_000, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

        async def drip():
            for _ in range(30):
                yield b" " * 10_000

        answer = await browser.post(
            "/api/login", content=drip(), headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        bad = await browser.post("/api/login", content=b"{no", headers={"Content-Type": "application/json"})
        assert (bad.status_code, bad.json()["code"]) == (400, "bad_request")
