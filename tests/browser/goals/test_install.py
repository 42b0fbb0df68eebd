"""From the source to a wheel without Node, and from the wheel to the first simulated alarm on a fresh box."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.estate import HOST
from tests.browser.goals.verdict import judge
from tests.browser.windows import ROOT, Windows
from tests.integration.servers import free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
KEPT = (
    "devices",
    "rules",
    "gateway",
    "web",
    "hatch_build.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)
WITHOUT = shutil.ignore_patterns("node_modules", "static", "__pycache__", "*.tmp*")


def source(folder: Path) -> Path:
    """Copy the checkout as a stranger has it: nothing built, no Node packages."""
    for name in KEPT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=WITHOUT)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def without_node() -> dict[str, str]:
    """Return an environment in which no `node` is found."""
    paths = [each for each in os.environ["PATH"].split(os.pathsep) if not (Path(each) / "node").exists()]
    return {**os.environ, "PATH": os.pathsep.join(paths)}


@pytest.mark.goal(25)
def test_a_wheel_is_built_from_source_without_node(tmp_path: Path) -> None:
    folder, environment = source(tmp_path / "source"), without_node()
    assert shutil.which("node", path=environment["PATH"]) is None
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", tmp_path / "out", folder],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    took = time.monotonic() - began
    assert done.returncode == 0, done.stderr[-3000:]
    (wheel,) = (tmp_path / "out").glob("*.whl")
    figures = {"s": round(took, 1), "mb": round(wheel.stat().st_size / 1e6, 2)}
    judge(
        25, "wheel", "pip wheel from a bare checkout with no Node on the path, packages from the registry", figures,
        at_most={"s": 120, "mb": 2},
    )  # fmt: skip


@pytest.mark.goal(22)
def test_a_fresh_box_raises_its_first_simulated_alarm(chromium: Browser, tmp_path: Path) -> None:
    """What a stranger types and presses, counted, from the installed package; no other host is asked."""
    inputs, port = 0, free_port()
    began = time.monotonic()
    output = tmp_path / "output.txt"
    environment = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    with output.open("wb") as out:  # one line is typed: `gateway demo`; the port is ours, not the stranger's
        inputs += 1
        box = subprocess.Popen(
            [sys.executable, "-m", "gateway", "demo", "--port", str(port), "--data", str(tmp_path / "demo"), "--days", "0.05"],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        link = re.compile(r"^\s+manager\s+http://[^/\s]+(/login#\S+)$", re.MULTILINE)
        wait_until(
            lambda: (link.search(output.read_text("utf-8")) and "MQTT" in output.read_text("utf-8")) or box.poll() is not None,
            seconds=900, what="the links of the fresh box",
        )  # fmt: skip
        found = link.search(output.read_text("utf-8"))
        assert found is not None, output.read_text("utf-8")[-3000:]
        windows = Windows(chromium, f"http://{HOST}:{port}")
        page = windows.page(windows.context())
        page.goto(windows.base + found[1])
        inputs += 1  # the link that it printed is opened
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(f"{windows.base}/channels/trials")
        inputs += 1
        device = page.get_by_role("combobox").first
        device.click()
        page.locator(".ant-select-item-option").first.click()
        page.locator("form button[type=submit]").first.click()
        inputs += 3
        page.goto(f"{windows.base}/duty")
        inputs += 1
        page.locator(".line", has_text="【演练】").first.wait_for()
        took = time.monotonic() - began
        others = [each for each in windows.wrong if "another host" in each]
        windows.contexts[0].close()
    finally:
        box.send_signal(signal.SIGINT)
        box.wait(60)
    judge(
        22, "install", "`gateway demo` on a box that knows nothing yet, to the first marked alarm on the duty desk; each line, click and choice counted",
        {"s": round(took), "inputs": inputs, "requests_to_other_hosts": len(others)},
        at_most={"s": 900, "inputs": 12}, exactly={"requests_to_other_hosts": 0},
        notes=["the installation of the package is not in the time; a site of one's own (gateway init, its steps in the console) is not what is timed"],
    )  # fmt: skip
