"""The audit log for the auditor: filtered, paged, taken away as a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from tests.gateway.api.house import START, house


async def filled(it) -> None:
    for number in range(5):
        await it.services.access.audit("chen", "unmask", f"event {number}", {"reason": "why"})
        it.ticker.advance(hours=1)
    await it.services.access.audit("wang", "login", "10.0.0.1", {"how": "password"})
    await it.services.access.audit("", "login.failed", "10.0.0.2", {"user": "=cmd|'/c calc'!A1"})


async def test_filters_narrow_and_pages_follow(tmp_path):
    async with house(tmp_path) as it:
        await filled(it)
        auditor = it.browser("shen")

        async def asked(**wanted):
            answer = await auditor.get("/api/audit", params=wanted)
            assert answer.status_code == 200, answer.text
            return answer.json()

        assert {each["actor"] for each in (await asked(actor="chen"))["items"]} == {"chen"}
        assert [each["action"] for each in (await asked(action="login*"))["items"]] == [
            "login.failed",
            "login",
        ]
        assert [each["action"] for each in (await asked(action="login"))["items"]] == ["login"]
        assert len((await asked(object="event 3"))["items"]) == 1
        window = {
            "from": (START + timedelta(hours=1)).isoformat(),
            "to": (START + timedelta(hours=3)).isoformat(),
        }
        assert [each["object"] for each in (await asked(**window))["items"]] == ["event 2", "event 1"]
        first = await asked(actor="chen", limit=3)
        rest = await asked(actor="chen", limit=3, cursor=first["next"])
        assert [each["object"] for each in [*first["items"], *rest["items"]]] == [
            f"event {n}" for n in (4, 3, 2, 1, 0)
        ]
        assert rest["next"] is None
        assert (await auditor.get("/api/audit", params={"from": "yesterday"})).status_code == 422
        refused = await auditor.get("/api/audit", params={"who": "han", "limit": 3})
        assert refused.status_code == 422, "a misspelt filter must not answer with everything"
        (field,) = refused.json()["facts"]["fields"]
        assert field["path"] == "query.who"
        assert "可用的有 cursor, limit, actor, action, object, from, to" in field["message"]["zh"]


async def test_who_may_not_is_told_which_roles_may(tmp_path):
    async with house(tmp_path) as it:
        refused = await it.browser("chen").get("/api/audit")
        assert refused.status_code == 403
        assert (
            refused.json()["detail"]["zh"] == "您的角色不能做这件事（audit.read），需要以下角色之一：审计员。"
        )
        assert "it takes one of these: auditor" in refused.json()["detail"]["en"]
        unknown = await it.stranger().get("/api/audit", headers={"Authorization": "Bearer scg_bad"})
        assert (unknown.status_code, unknown.json()["code"]) == (401, "token_unknown")


async def test_the_table_is_harmless_says_who_took_it_and_so_does_the_log(tmp_path):
    async with house(tmp_path) as it:
        await filled(it)
        auditor = it.browser("shen")
        answer = await auditor.get("/api/audit.csv", params={"action": "login*"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.text.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert len(rows) == 4  # head, two rows, who took it
        assert "calc" in rows[1][5]
        assert not any(cell.startswith(("=", "+", "-", "@")) for each in rows for cell in each)
        assert "shen" in rows[-1][0]
        assert ("shen", "export", "audit") in it.audit()


async def test_nobody_but_the_auditor_reads_it(tmp_path):
    async with house(tmp_path) as it:
        for person in ("chen", "zhou", "wang"):
            for path in ("/api/audit", "/api/audit.csv"):
                assert (await it.browser(person).get(path)).status_code == 403


async def test_the_whole_chain_is_walked_and_a_changed_row_is_named(tmp_path):
    async with house(tmp_path) as it:
        await filled(it)
        auditor = it.browser("shen")
        found = (await auditor.get("/api/audit/verified")).json()
        assert found["whole"] is True
        assert found["rows"] >= 5
        assert found["fault"] is None
        it.write(
            lambda connection: connection.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE id = 2")
        )
        found = (await auditor.get("/api/audit/verified")).json()
        assert found["whole"] is False
        assert "第 2 条" in found["fault"]["zh"]
        assert "row 2" in found["fault"]["en"]
