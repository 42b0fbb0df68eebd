"""`gateway users`: the list, a new administrator, and the way back in, beside a running gateway."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from gateway.cli import build
from gateway.errors import ConfigError, StoreError
from gateway.links import add_user, known_users, reset_user
from tests.gateway.api.house import PASSWORD, house
from tests.gateway.api.test_second_factor import enrolled


async def test_a_lost_phone_and_password_are_reset_beside_the_running_gateway(tmp_path):
    async with house(tmp_path) as it:
        from gateway.secret_files import secret

        it.store.seal_with(secret(tmp_path / "secrets", "seal.key"))
        await enrolled(it, "zhou")
        it.force()
        browser = it.browser("zhou", base="https://gateway.lan")
        assert (await browser.get("/api/me")).status_code == 200
        (before,) = [each for each in known_users(tmp_path) if each.id == "zhou"]
        assert (before.password, before.second_factor) == (True, True)
        link = reset_user(tmp_path, "zhou", base="https://gateway.lan")
        (after,) = [each for each in known_users(tmp_path) if each.id == "zhou"]
        assert (after.password, after.second_factor, after.active) == (False, False, True)
        it.ticker.advance(seconds=11)
        assert (await browser.get("/api/me")).status_code == 401
        body = {"token": link.partition("#")[2], "password": PASSWORD}
        done = await it.stranger(base="https://gateway.lan").post("/api/login/link", json=body)
        assert done.status_code == 200, done.text
        assert ("shell", "person.reset", "zhou") in it.audit()
        assert it.store.verify() is None


async def test_a_new_administrator_sets_a_password_by_the_link(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        link = add_user(tmp_path, "second.admin", base="")
        token = link.partition("#")[2]
        near = it.stranger(address="127.0.0.1")
        assert (await near.post("/api/login/link", json={"token": token})).json()[
            "code"
        ] == "password_required"
        done = await near.post("/api/login/link", json={"token": token, "password": PASSWORD})
        assert done.json()["roles"] == ["administrator"]
        with pytest.raises(ConfigError, match="is there already"):
            add_user(tmp_path, "second.admin", base="")
        for name in ("Bad Name", "x", "system"):
            with pytest.raises(ConfigError, match="expected 2 to 40"):
                add_user(tmp_path, name, base="")
        with pytest.raises(ConfigError, match=r"did you mean 'zhou'"):
            reset_user(tmp_path, "zhuo", base="")
        assert ("shell", "user.added", "second.admin") in it.audit()


def test_nowhere_is_refused_and_nothing_is_made(tmp_path):
    with pytest.raises(StoreError, match="holds no"):
        known_users(tmp_path / "none")
    assert not (tmp_path / "none").exists()


async def test_the_command_lists_accounts(tmp_path):
    from gateway.cli.init import write_site

    write_site(tmp_path / "site", "some-site")
    data = tmp_path / "site" / "data"
    async with house(data) as it:
        it.force()
        result = CliRunner().invoke(build("users"), ["users", "list", "--site", str(tmp_path / "site")])
    assert result.exit_code == 0, result.output
    assert "zhou" in result.output
    assert "administrator" in result.output
    assert len(result.output.splitlines()) == len(it.people)
