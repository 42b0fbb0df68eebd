"""The profiles in the guides are ones that load."""

import json
import re

from devices.draft import write_profile
from devices.profile import load_profiles
from tests.devices.estate import ROOT


def test_the_profiles_of_the_guide_load() -> None:
    text = (ROOT / "docs/add-a-device.md").read_text("utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    profiles, problems = load_profiles({f"example {number}": each for number, each in enumerate(examples)})
    assert [profile.ref for profile in profiles] == ["vto@1", "bell@1"], problems


def test_every_example_of_the_guide_to_pushing_devices_loads() -> None:
    text = (ROOT / "docs/push-devices.md").read_text("utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        payload = "7\\t2026-03-04 18:15:02" if "lines:" in example else "{}"
        profile = (
            "profile: xx@1\nname: {zh: x, en: x}\nmatch: {path: /in/x}\nidentity: {value: x}\ntime: none\ndedup: none\n"
            f"{example}kinds: [{{kind: device.heartbeat}}]\n"
            f'samples: [{{name: a, path: /in/x, payload: "{payload}", expect: [{{event: device.heartbeat}}]}}]\n'
        )
        loaded, problems = load_profiles({"docs/push-devices.md": profile})
        assert [each.ref for each in loaded] == ["xx@1"], problems


def test_the_draft_of_the_guide_becomes_a_profile() -> None:
    text = (ROOT / "docs/add-a-device.md").read_text("utf-8")
    (drawn,) = re.findall(r"cat > draft.json <<'END'\n(.*?)\nEND\n", text, re.DOTALL)
    written = write_profile(json.loads(drawn)["draft"])
    assert not written.problems
    assert written.profile is not None
    assert written.profile.ref == "bell@1"
    for body in re.findall(r"--json '(.*?)'", text, re.DOTALL):
        json.loads(body)
