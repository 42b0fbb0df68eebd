"""The profile in `docs/add-a-device.md` is one that loads."""

import re

from devices.profile import load_profiles
from tests.devices.estate import ROOT


def test_the_profile_of_the_guide_loads() -> None:
    text = (ROOT / "docs/add-a-device.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    profiles, problems = load_profiles({"docs/add-a-device.md": example})
    assert [profile.ref for profile in profiles] == ["bell@1"], problems
