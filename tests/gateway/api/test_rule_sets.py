"""Sets of rules by the API: what they are made of, the form of each, packs, files, trial runs."""

from __future__ import annotations

from tests.gateway.api.rule_house import RULE, rule_house

CHANGED = RULE.replace("at_least: 5", "at_least: 8")
OTHER = RULE.replace("site.denied", "site.other").replace("多次刷卡失败", "另一条")


def as_file(*rules: str) -> str:
    """Return a file of rules."""
    items = []
    for rule in rules:
        first, *rest = rule.strip().splitlines()
        items.append("\n".join([f"- {first}", *(f"  {line}" for line in rest)]))
    return "rules:\n" + "\n".join(items) + "\n"


async def test_what_a_rule_can_be_made_of_is_named_in_both_languages(tmp_path):
    async with rule_house(tmp_path) as it:
        found = (await it.browser("chen").get("/api/rules/choices")).json()
        kinds = {each["value"]: each["label"] for each in found["kinds"]}
        assert kinds["access.denied"]["zh"] == "拒绝通行"
        assert kinds["access.denied"]["en"]
        assert {each["value"] for each in found["types"]} == {device.type for device in it.community.registry}
        assert {each["value"] for each in found["categories"]} == set(it.community.categories)
        assert (await it.browser("shen").get("/api/rules/choices")).status_code == 403


async def test_a_rule_and_a_draft_bring_their_form(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        form = {each["path"]: each for each in (await manager.get("/api/rules/site.denied")).json()["form"]}
        times = form["detect.count.at_least"]
        assert (times["value"], times["type"], times["part"], times["unit"]["zh"]) == (
            5,
            "number",
            "when",
            "次",
        )
        assert form["stages[0].level"]["part"] == "then"
        draft = (await manager.post("/api/rules/validate", json={"text": CHANGED})).json()
        assert {each["path"]: each["value"] for each in draft["form"]}["detect.count.at_least"] == 8
        broken = (await manager.post("/api/rules/validate", json={"text": RULE.replace("L3", "L9")})).json()
        assert broken["form"] == []


async def test_packs_say_what_is_at_work_rests_or_is_not_here(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        await manager.post("/api/rules/access.forced/disable", json={"reason": "施工"})
        packs = {each["id"]: each for each in (await manager.get("/api/rules/packs")).json()["items"]}
        assert packs["access"]["name"]["zh"].startswith("出入口")
        states = {each["id"]: each["state"] for each in packs["access"]["rules"]}
        assert (states["access.forced"], states["access.repeated_denied"]) == ("off", "on")
        absent = packs["fire"]["rules"][0]
        assert absent["state"] == "absent"
        made = await manager.put(
            f"/api/rules/{absent['id']}", json={"rule": absent["rule"], "reason": "加入", "version": 0}
        )
        assert made.status_code == 200, made.text
        again = {each["id"]: each for each in (await manager.get("/api/rules/packs")).json()["items"]}
        assert (again["fire"]["rules"][0]["state"], again["fire"]["rules"][0]["rule"]) == ("on", None)


async def test_a_file_is_looked_at_first_and_then_taken_in(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        text = as_file(CHANGED, OTHER)
        seen = (await manager.post("/api/rules/import", json={"text": text})).json()
        assert [(each["id"], each["standing"]) for each in seen["items"]] == [
            ("site.denied", "changed"),
            ("site.other", "new"),
        ]
        assert seen["items"][0]["difference"][0]["text"]["zh"] == "次数由 5 次改为 8 次"
        assert (seen["saved"], (await manager.get("/api/rules/site.other")).status_code) == (0, 404)
        sent = {"text": text, "apply": True, "reason": "从三期拿来"}
        done = (await manager.post("/api/rules/import", json=sent)).json()
        assert done["saved"] == 2
        other = (await manager.get("/api/rules/site.other")).json()
        assert (other["name"]["zh"], other["reason"], other["author"]["id"]) == (
            "另一条",
            "从三期拿来",
            "chen",
        )
        again = (await manager.post("/api/rules/import", json=sent)).json()
        assert (again["saved"], {each["standing"] for each in again["items"]}) == (0, {"same"})


async def test_a_file_with_a_mistake_changes_nothing_and_tells_all(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        bad = as_file(CHANGED, OTHER.replace("L3", "L9").replace("access.denied", "acces.denied"))
        told = (await manager.post("/api/rules/import", json={"text": bad, "apply": True})).json()
        assert [each["path"] for each in told["problems"]] == [
            "rules[1].detect.count.of",
            "rules[1].stages[0].level",
        ]
        assert (told["saved"], told["items"]) == (0, [])
        assert (await manager.get("/api/rules/site.denied")).json()["version"] == 1
        for text in ("", "rules: []", "inhibit:\n- {source: a.*, target: b.*, equal: [device]}"):
            refused = await manager.post("/api/rules/import", json={"text": text})
            assert refused.status_code == 422 or refused.json()["problems"], text


async def test_what_goes_out_comes_in_unchanged(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        await manager.put("/api/rules/site.denied", json={"text": CHANGED, "reason": "东门"})
        own = await manager.get("/api/rules/export")
        assert own.headers["Content-Type"].startswith("application/yaml")
        assert 'filename="rules.yaml"' in own.headers["Content-Disposition"]
        assert "site.denied" in own.text
        assert "access.forced" not in own.text
        seen = (await manager.post("/api/rules/import", json={"text": own.text})).json()
        assert {each["standing"] for each in seen["items"]} == {"same"}
        two = await manager.get("/api/rules/export?id=access.forced&id=site.denied")
        assert two.text.index("access.forced") < two.text.index("site.denied")
        assert (await manager.get("/api/rules/export?id=site.none")).status_code == 404


async def test_trials_are_listed_also_of_rules_that_are_not_in_force(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        assert (await manager.get("/api/rules/trials")).json() == {"items": []}
        await manager.post("/api/rules/site.denied/shadow", json={"on": True, "text": CHANGED})
        rule = (await manager.post("/api/rules/validate", json={"text": OTHER})).json()["rule"]
        begun = await manager.post("/api/rules/site.other/shadow", json={"on": True, "rule": rule})
        assert begun.status_code == 200, begun.text
        first, second = (await manager.get("/api/rules/trials")).json()["items"]
        assert (first["in_force"], first["rule"]["detect"]["count"]["at_least"]) == (True, 8)
        assert (second["in_force"], second["name"]["zh"], second["shadow"]["fired"]) == (False, "另一条", 0)
        assert (await it.browser("shen").get("/api/rules/trials")).status_code == 200
        assert (await it.browser("liu").get("/api/rules/trials")).status_code == 403
