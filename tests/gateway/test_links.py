"""Fresh login links from the command line while the gateway runs: they work, are audited, and open nothing to strangers."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from gateway.cli import build
from gateway.errors import ConfigError, StoreError
from gateway.links import fresh_links
from gateway.secret_files import secret
from tests.gateway.api.house import house


async def test_a_link_made_beside_the_running_gateway_logs_in_once(tmp_path):
    async with house(tmp_path) as it:
        key = secret(tmp_path / "secrets", "seal.key")
        it.store.seal_with(key)
        it.force()
        given = fresh_links(tmp_path, {"guard": "wang"}, base="http://gate.lan", purpose="demo")
        ((label, address),) = given
        assert label == "guard"
        token = address.removeprefix("http://gate.lan/login#")
        browser = it.stranger()
        first = await browser.post("/api/login/link", json={"token": token})
        assert first.status_code == 200, first.text
        assert first.json()["user"]["id"] == "wang"
        assert (await it.stranger().post("/api/login/link", json={"token": token})).status_code != 200
        it.force("smoke-3")  # the gateway goes on writing
        assert ("shell", "link", "wang") in it.audit()
        assert it.store.verify() is None


async def test_a_newer_link_replaces_an_unused_one(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        (_, old), (_, new) = (
            fresh_links(tmp_path, {"guard": "wang"}, base="", purpose="demo")[0] for _ in range(2)
        )
        assert (await it.stranger().post("/api/login/link", json={"token": old[7:]})).status_code != 200
        assert (await it.stranger().post("/api/login/link", json={"token": new[7:]})).status_code == 200


async def test_nobody_and_nowhere_are_refused(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        with pytest.raises(ConfigError, match="nobody is called ghost"):
            fresh_links(tmp_path, {"guard": "ghost"}, base="", purpose="demo")
        with pytest.raises(StoreError, match="holds no"):
            fresh_links(tmp_path / "elsewhere", {"guard": "wang"}, base="", purpose="demo")
        assert not (tmp_path / "elsewhere").exists()


def test_the_command_says_what_is_missing(tmp_path):
    result = CliRunner().invoke(build("links"), ["links", "--data", str(tmp_path)])
    assert isinstance(result.exception, ConfigError)
    assert "gateway demo" in result.exception.problems[0]
