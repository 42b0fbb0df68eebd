"""Credentials of pushing devices over the API: shown once, listed without, taken away, in the audit log."""

from __future__ import annotations

from devices.registry import Registry
from gateway.push.senders import senders_of
from gateway.store.push_credentials import credentials
from tests.gateway.api.house import House, house


def door(it: House, registry: Registry):
    with it.store.read() as connection:
        return senders_of(registry, credentials(connection), {}, it.services.sealer.open)


async def test_a_credential_is_made_shown_once_and_taken_away(tmp_path):
    async with house(tmp_path) as it:
        registry = it.services.community().registry
        manager = it.browser("chen")
        made = await manager.post("/api/devices/gate-n1/credential", json={})
        assert made.status_code == 201
        assert (made.json()["sender"], made.json()["scheme"], len(made.json()["secret"])) == (
            "gate-n1",
            "password",
            16,
        )
        assert set(door(it, registry).passwords) == {"gate-n1"}
        url = (await manager.post("/api/devices/gate-n1/credential", json={"scheme": "url"})).json()["secret"]
        assert door(it, registry).of_secret(url) == "gate-n1"
        assert door(it, registry).passwords == {}, "the earlier one has ended"

        listed = await manager.get("/api/credentials")
        (row,) = listed.json()["items"]
        assert (row["sender"], row["scheme"], row["made_by"]) == ("gate-n1", "url", "chen")
        assert url not in listed.text

        assert (await manager.delete("/api/devices/gate-n1/credential")).status_code == 204
        assert door(it, registry).of_secret(url) is None
        again = await manager.delete("/api/devices/gate-n1/credential")
        assert (again.status_code, again.json()["code"]) == (404, "not_found")
        with it.store.read() as connection:
            said = connection.exec_driver_sql("SELECT action, actor, facts FROM audit ORDER BY id").all()
        acts = [(each[0], each[1]) for each in said if each[0].startswith("device.credential")]
        assert acts == [("device.credential.made", "chen")] * 2 + [("device.credential.revoked", "chen")]
        assert all(url not in str(each) for each in said)


async def test_nobody_who_may_not_push_gets_one(tmp_path):
    async with house(tmp_path) as it:
        manager = it.browser("chen")
        assert (await manager.post("/api/devices/nobody/credential", json={})).status_code == 404
        assert (
            await manager.post("/api/devices/gate-n1/credential", json={"scheme": "card"})
        ).status_code == 422
        guard = it.browser("wang")
        assert (await guard.post("/api/devices/gate-n1/credential", json={})).status_code == 403
        assert (await guard.get("/api/credentials")).status_code == 403
