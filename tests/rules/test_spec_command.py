"""20-rules §10, sentence by sentence: `gateway rules check` and `gateway rules run`, their errors and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.rules import app
from tests.rules.playing import rule, written

GOOD = "rules:\n  - id: access.forced\n    name: {zh: 闯入, en: Forced}\n    category: '0205'\n    note: {zh: 看, en: Look}\n    detect: {event: {of: access.forced}}\n    stages: [{stage: alarm, level: L2}]\n"
LINE = {"t": "2026-03-06T22:00:00+08:00", "event": {"device": "gate-n1", "kind": "access.forced"}}


class Desk:
    """Files in a folder, and the command run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return str(path)

    def call(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        short = lambda text: [line.replace(f"{self.folder}/", "") for line in text.splitlines()]  # noqa: E731
        return result.exit_code, short(result.stdout), short(result.stderr)

    def check(self, text: str, *more: str) -> tuple[int, list[str]]:
        code, told, _ = self.call("check", *more, self.write("r.yaml", text))
        return code, told

    def run(self, timeline: str, rules: str = GOOD, *more: str) -> tuple[int, list[str], list[str]]:
        return self.call(
            "run",
            "--rules",
            self.write("r.yaml", rules),
            "--timeline",
            self.write("t.jsonl", timeline),
            *more,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class TestCheck:
    def test_sound_files_exit_with_zero(self, desk: Desk) -> None:
        assert desk.check(GOOD) == (0, ["1 rules, 0 warnings"])

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("of: access.forced|of: acess.forced", "r.yaml:6: rules[0].detect.event.of: unknown kind 'acess.forced'; did you mean 'access.forced'?"),
            ("event: {of|evnt: {of", "r.yaml:6: rules[0].detect.evnt: unknown operator 'evnt'; did you mean 'event'?"),
            ("stage: alarm|stage: alram", "r.yaml:7: rules[0].stages[0].stage: unknown stage 'alram', expected one of warning, alarm; did you mean 'alarm'?"),
            ("level: L2|level: L5", "r.yaml:7: rules[0].stages[0].level: unknown level 'L5', expected one of L1, L2, L3, L4"),
            ("'0205'|0205", None),
            ("'0205'|205", "r.yaml:4: rules[0].category: expected a code of four digits, found 205; quote it: \"0205\""),
            ("    note|    notee", "r.yaml:5: rules[0].notee: unknown key 'notee'; did you mean 'note'?"),
            ("id: access.forced|id: Access", "r.yaml:2: rules[0].id: expected a dotted id such as access.forced (a-z, 0-9, _ and -), found 'Access'"),
            ("    category: '0205'|    category: '0205'\n    category: '0206'", "r.yaml:5: rules[0].category: the key 'category' stands twice in one mapping, first in line 4"),
            ("    category: '0205'|    scope: 'devic.type == 1'", "r.yaml:4: rules[0].scope: unknown name 'devic'; did you mean 'device'? (at character 1)"),
            ("    category: '0205'|    cooldown: 5 minutes", "r.yaml:4: rules[0].cooldown: expected a duration such as 300ms, 30s, 5m, 2h or 3d, found '5 minutes'"),
            ("    category: '0205'|    clear: {on: access.granted, after: 5m}", "r.yaml:4: rules[0].clear: expected one of on, quiet, when, after, by, found {'on': 'access.granted', 'after': '5m'}"),
            ("    category: '0205'|    by: device", "r.yaml:4: rules[0].by: expected a list of paths such as [device], found 'device'"),
        ],
    )  # fmt: skip
    def test_an_error_is_one_line_with_its_place(self, desk: Desk, change: str, told: str | None) -> None:
        before, _, after = change.partition("|")
        code, lines = desk.check(GOOD.replace(before, after))
        if told is None:
            assert code == 0, lines
            return
        assert code == 1
        assert lines[0] == told

    def test_all_errors_at_once(self, desk: Desk) -> None:
        text = (
            GOOD.replace("access.forced}}", "acess.forced}}")
            .replace("L2", "L9")
            .replace("    note", "    nte")
        )
        code, lines = desk.check(text)
        assert code == 1
        assert [line.split(": ")[1] for line in lines] == [
            "rules[0].nte",
            "rules[0].detect.event.of",
            "rules[0].stages[0].level",
        ]

    def test_everything_wrong_at_once_in_the_order_of_its_lines(self, desk: Desk) -> None:
        text = """rules:
- id: a.b
  name: [x]
  category: 205
  by: [device, 5]
  overrides: [{where: 5, set: x}]
  detect: {count: {of: acces.denied, at_least: five, within: 60, foo: null}}
  stages:
  - {stage: warning, level: null}
  - {stage: alarm, level: L2, when: {all: [{event: {of: fire.smoke}}, {any: [{open_for: 5m}]}]}}
  - true
  clear: {quiet: 10m, after: 1h}
  enabled: on
extra: 1
"""
        code, lines = desk.check(text)
        assert code == 1
        assert lines == [
            "r.yaml:3: rules[0].name: expected {zh: …, en: …}, found ['x']",
            'r.yaml:4: rules[0].category: expected a code of four digits, found 205; quote it: "0205"',
            "r.yaml:5: rules[0].by[1]: expected a path such as device or data.door, found 5",
            "r.yaml:6: rules[0].overrides[0].where: expected an expression as text, found 5",
            "r.yaml:6: rules[0].overrides[0].set: expected parameters of detect such as {within: 90s}, found 'x'",
            "r.yaml:7: rules[0].detect.count.of: unknown kind 'acces.denied'; did you mean 'access.denied'?",
            "r.yaml:7: rules[0].detect.count.at_least: expected a whole number of at least 1, found 'five'",
            "r.yaml:7: rules[0].detect.count.within: expected a duration such as 300ms, 30s, 5m, 2h or 3d, found 60",
            "r.yaml:7: rules[0].detect.count.foo: unknown key 'foo'",
            "r.yaml:9: rules[0].stages[0]: 'level' is missing",
            "r.yaml:10: rules[0].stages[1].when.all[0].event: 'within' is missing",
            "r.yaml:10: rules[0].stages[1].when.all[1]: all and any stand once and not inside each other; write two rules",
            "r.yaml:11: rules[0].stages[2]: expected a mapping, found true",
            "r.yaml:12: rules[0].clear: expected one of on, quiet, when, after, by, found {'quiet': '10m', 'after': '1h'}",
            "r.yaml:13: rules[0].enabled: expected true or false, found 'on'",
            "r.yaml:14: extra: unknown key 'extra'",
        ]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "0 rules, 0 warnings"),
            ("# nothing yet\n", "0 rules, 0 warnings"),
            ("\ufeffrules: []\n", "0 rules, 0 warnings"),
            ("rules:\n\t- id: x\n", "r.yaml:2: document: a tab in the indentation; YAML is indented with spaces"),
            ("rules: {}\n", "r.yaml:1: rules: expected a list of rules, found {}"),
            ("rules: null\ninhibit: {}\n", "r.yaml:2: inhibit: expected a list of inhibitions, found {}"),
            ("hello\n", "r.yaml:1: document: expected a mapping, found 'hello'"),
            ("- 5\n", "r.yaml:1: rules[0]: expected a mapping, found 5"),
            ("rules: [\n", "r.yaml:2: document: not readable as YAML"),
            ("rules: []\n---\nrules: []\n", "r.yaml:2: document: a second document starts here; one file holds one document"),
            ("a: b: c\n", "r.yaml:1: document: a second ': ' in one line; put the text after the first one in quotes"),
        ],
    )  # fmt: skip
    def test_traps_of_yaml(self, desk: Desk, text: str, told: str) -> None:
        assert desk.check(text)[1][0].startswith(told)

    def test_a_bare_list_is_read_as_rules(self, desk: Desk) -> None:
        bare = "\n".join(line[2:] for line in GOOD.splitlines()[1:])
        assert desk.check(bare)[0] == 0
        assert desk.check(bare.replace("access.forced}}", "acess.forced}}"))[1][0].startswith(
            "r.yaml:5: rules[0].detect.event.of: "
        )

    def test_a_mapping_with_neither_is_told(self, desk: Desk) -> None:
        code, lines = desk.check("rulez: []\n")
        assert (code, lines) == (1, ["r.yaml:1: rulez: unknown key 'rulez'; did you mean 'rules'?"])

    def test_what_is_no_rule_is_told(self, desk: Desk) -> None:
        assert desk.check("- {}\n")[0] == 1
        assert desk.check("- 5\n")[0] == 1
        assert desk.check("text\n")[0] == 1

    def test_the_same_id_twice_names_both(self, desk: Desk) -> None:
        again = GOOD + "\n".join(GOOD.splitlines()[1:]) + "\n"
        code, lines = desk.check(again)
        assert code == 1
        assert "already used in" in lines[0]
        assert lines[0].startswith("r.yaml:8: rules[1].id: ")

    def test_lint_is_a_warning_and_with_strict_an_error(self, desk: Desk) -> None:
        text = GOOD.replace(
            "{event: {of: access.forced}}", "{event: {of: {kind: access.forced, where: 'data.dorr == 1'}}}"
        )
        code, lines = desk.check(text)
        assert code == 0
        assert lines[0].startswith(
            "r.yaml:6: rules[0].detect.event.of.where: warning: unknown field 'data.dorr'"
        )
        assert "did you mean 'data.door'?" in lines[0]
        assert desk.check(text, "--strict")[0] == 1

    @pytest.mark.parametrize(
        ("text", "path", "words"),
        [
            (rule("{event: {of: access.forced}}", "clear: {by: person}"), "rules[0].clear", "never clears"),
            (rule("{aggregate: {of: env.level, value: data.value, fn: avg, over: 1m, above: 5}}"), "rules[0].detect.aggregate.clear_below", "flap"),
            (rule("{aggregate: {of: env.level, value: data.vaule, fn: avg, over: 1m, above: 5, clear_below: 4}}"), "rules[0].detect.aggregate.value", "data.value"),
            (rule("{event: {of: access.forced}}") + rule("{event: {of: access.forced}}", id="a.c"), "a.c", "exactly what 'a.b' does"),
            (rule("{event: {of: access.forced}}", "by: [subject.cred]"), "rules[0].by", "ever new values"),
            (rule("{count: {of: access.denied, at_least: 3, within: 30d}}"), "rules[0].detect", "7 days"),
        ],
    )  # fmt: skip
    def test_what_lint_looks_for(self, desk: Desk, text: str, path: str, words: str) -> None:
        code, lines = desk.check(text)
        assert code == 0
        assert any(f": {path}: warning: " in line and words in line for line in lines), lines

    def test_calendars_are_checked_against_the_site(self, desk: Desk) -> None:
        text = GOOD.replace("    note", "    active: offise\n    note")
        site = desk.write("site.yaml", "site: s\ncalendars: {office: [{from: '08:00', to: '18:00'}]}\n")
        assert desk.check(text)[0] == 0
        code, lines = desk.check(text, "--site", site)
        assert (code, lines) == (
            1,
            ["r.yaml:5: rules[0].active: unknown calendar 'offise'; did you mean 'office'?"],
        )

    def test_a_site_with_mistakes_is_told_with_the_rules(self, desk: Desk) -> None:
        site = desk.write("site.yaml", "site: s\ntimezone: Mars/Base\n")
        code, lines = desk.check(GOOD.replace("L2", "L9"), "--site", site)
        assert code == 1
        assert [line.split(": ")[0] for line in lines] == ["site.yaml:2", "r.yaml:7"]

    def test_a_file_that_is_not_there(self, desk: Desk) -> None:
        code, told, _ = desk.call("check", str(desk.folder / "no.yaml"), desk.write("r.yaml", GOOD))
        assert code == 1
        assert told == ["no.yaml:1: document: no such file or folder"]

    def test_folders_are_read_whole(self, desk: Desk) -> None:
        desk.write("pack/a.yaml", GOOD)
        desk.write(
            "pack/deep/b.yml",
            GOOD.replace("id: access.forced", "id: b.c").replace("of: access.forced", "of: access.held"),
        )
        assert desk.call("check", str(desk.folder / "pack"))[:2] == (0, ["2 rules, 0 warnings"])

    def test_say_reads_each_rule_back(self, desk: Desk) -> None:
        code, lines = desk.check(GOOD, "--say")
        assert code == 0
        assert lines[0] == "access.forced"
        assert "强行闯入" in lines[1]


class TestRun:
    def test_every_change_is_one_json_line(self, desk: Desk) -> None:
        code, out, err = desk.run(json.dumps(LINE))
        assert (code, err) == (0, [])
        assert list(json.loads(out[0])) == [
            "t", "change", "rule", "version", "key", "stage", "level", "count", "notify", "respond", "late", "delayed", "why",
        ]  # fmt: skip
        assert json.loads(out[0]) == {
            "t": "2026-03-06T22:00:00+08:00", "change": "opened", "rule": "access.forced", "version": 1, "key": {"device": "gate-n1"},
            "stage": "alarm", "level": "L2", "count": 1, "notify": True, "respond": True, "late": False, "delayed": False,
            "why": {"rule": "access.forced", "version": 1, "operator": "event", "kind": "access.forced", "events": ["line-1"]},
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("lines", "told"),
        [
            (["{"], "t.jsonl:1: line: not a JSON object"),
            (["[]"], "t.jsonl:1: line: expected an object, found []"),
            (['{"event": {}}'], "t.jsonl:1: t: 't' is missing"),
            (['{"t": "2026-03-06T22:00:00"}'], "t.jsonl:1: t: expected a time with its zone such as 2026-03-06T22:00:00+08:00, found '2026-03-06T22:00:00'"),
            (['{"t": "9999-12-31T23:59:59Z"}'], "t.jsonl:1: t: expected a time between 1970 and 2200, found '9999-12-31T23:59:59Z'"),
            (['{"t": 5}'], "t.jsonl:1: t: expected a time with its zone such as 2026-03-06T22:00:00+08:00, found 5"),
            ([{"t": 0, "evnt": {}}], "t.jsonl:1: evnt: unknown key 'evnt'; did you mean 'event'?"),
            ([{"t": 0, "event": {"device": "d", "kind": "access.forced"}, "ack": {}}], "t.jsonl:1: line: expected one of event, ack, clear, silence, site, restart a line, found event and ack"),
            ([{"t": 0, "event": {"kind": "access.forced"}}], "t.jsonl:1: event.device: 'device' is missing"),
            ([{"t": 0, "event": {"device": "d", "kind": "access.forcd"}}], "t.jsonl:1: event.kind: unknown kind 'access.forcd'; did you mean 'access.forced'?"),
            ([{"t": 0, "event": {"device": "d", "kind": "access.forced", "data": 5}}], "t.jsonl:1: event.data: expected an object, found 5"),
            ([{"t": 0, "event": {"device": "d", "kind": "access.forced", "mode": "alive"}}], "t.jsonl:1: event.mode: unknown word 'alive'"),
            ([{"t": 0, "ack": {"rule": "access.forcd", "key": {}, "by": "w"}}], "t.jsonl:1: ack.rule: unknown rule 'access.forcd'; did you mean 'access.forced'?"),
            ([{"t": 0, "ack": {"rule": "access.forced", "key": {"devise": "d"}, "by": "w"}}], "t.jsonl:1: ack.key: expected device, found {'devise': 'd'}"),
            ([{"t": 0, "clear": {"rule": "access.forced", "key": {"device": "d"}}}], "t.jsonl:1: clear.by: 'by' is missing"),
            ([{"t": 0, "silence": {"where": "rul == 1", "until": 9, "by": "w", "reason": "r"}}], "t.jsonl:1: silence.where: "),
            ([{"t": 0, "site": {"armed": "yes"}}], "t.jsonl:1: site.armed: expected true or false, found 'yes'"),
            ([{"t": 0, "restart": {"down_for": "soon"}}], "t.jsonl:1: restart.down_for: expected a duration such as 90s, found 'soon'"),
            ([{"t": 10}, {"t": 5}], "t.jsonl:2: t: 2026-03-06T22:00:05+08:00 goes back in time; expected 2026-03-06T22:00:10+08:00 or later"),
            ([{"t": 0, "restart": {"down_for": "90s"}}, {"t": 89}], "t.jsonl:2: t: 2026-03-06T22:01:29+08:00 lies within the downtime of the restart before it"),
            ([""], "t.jsonl:1: line: the timeline is empty; its first line is the start of the process"),
        ],
    )  # fmt: skip
    def test_bad_input_is_told_with_its_place(self, desk: Desk, lines: list[object], told: str) -> None:
        text = "\n".join(line if isinstance(line, str) else written([line]) for line in lines)  # type: ignore[list-item]  # a line
        code, out, err = desk.run(text)
        assert (code, out) == (2, [])
        assert err[0].startswith(told), err

    def test_all_at_once(self, desk: Desk) -> None:
        code, _, err = desk.run('{"t": 5}\n{"t": "x"}\n', GOOD.replace("L2", "L9"))
        assert code == 2
        assert len(err) == 1  # the rules first: the timeline names them
        assert len(desk.run('{"t": 5}\n{"t": "x"}\n')[2]) == 2

    def test_the_line_at_the_very_end_of_a_downtime_is_good(self, desk: Desk) -> None:
        assert desk.run(written([{"t": 0, "restart": {"down_for": "90s"}}, {"t": 90}]))[0] == 0

    def test_blank_lines_and_a_byte_order_mark_are_fine(self, desk: Desk) -> None:
        code, out, _ = desk.run("\ufeff" + json.dumps(LINE) + "\n\n")
        assert (code, len(out)) == (0, 1)

    def test_unknown_fields_are_taken_as_given(self, desk: Desk) -> None:
        line = {
            **LINE,
            "event": {**LINE["event"], "data": {"brand_new": [1, {"a": None}]}, "subject": {"x": 1}},
        }  # type: ignore[dict-item]  # a line
        assert desk.run(json.dumps(line))[0] == 0

    def test_the_site_decides_about_the_zone_of_t(self, desk: Desk) -> None:
        site = desk.write("site.yaml", "site: s\ntimezone: Europe/Berlin\n")
        _, out, _ = desk.run(json.dumps(LINE), GOOD, "--site", site)
        assert json.loads(out[0])["t"] == "2026-03-06T15:00:00+01:00"

    def test_a_calendar_needs_its_site(self, desk: Desk) -> None:
        code, _, err = desk.run(json.dumps(LINE), GOOD.replace("    note", "    notify: day\n    note"))
        assert code == 2
        assert err == ["r.yaml:5: rules[0].notify: unknown calendar 'day'"]

    def test_a_file_that_is_not_there(self, desk: Desk) -> None:
        code, _, err = desk.call(
            "run", "--rules", desk.write("r.yaml", GOOD), "--timeline", str(desk.folder / "no.jsonl")
        )
        assert (code, err) == (2, ["no.jsonl:1: document: no such file or folder"])

    def test_an_unlisted_device_is_evaluated(self, desk: Desk) -> None:
        site = desk.write("site.yaml", "site: s\ndevices: [{id: other}]\n")
        assert len(desk.run(json.dumps(LINE), GOOD, "--site", site)[1]) == 1
