"""What holds for every test: on the build machine nothing is skipped, except for payloads and clips that are not ours to ship."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from gateway.store import engine

# How long one example takes says how busy the machine is, nothing about the code.
settings.register_profile("gateway", deadline=None)
settings.load_profile("gateway")

SHARED = Path(__file__).resolve().parents[2] / "shared"
ALLOWED_SKIP = "../shared"  # the only reason a test may be skipped where CI is set


@pytest.fixture(scope="session", autouse=True)
def disk() -> Iterator[None]:
    """Let stores of the test's own process not wait for the disk: ten thousand tests would wait for nothing else.

    What waiting protects from is a power cut. That is tested where it is simulated (`tests/faults`, with its own
    driver and `waiting_disk`), and gateways that a test starts as processes wait as they do in a cellar.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "SYNCHRONOUS", "OFF")
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def loggers() -> Iterator[None]:
    """Let loggers ask for their settings each time they speak.

    A test of the command line sets them; who listens to logs afterwards would hear nothing of a logger that remembers
    the earlier ones.
    """
    configure = structlog.configure

    def forgetful(**settings: Any) -> None:
        configure(**settings | {"cache_logger_on_first_use": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", forgetful)
        yield


@pytest.fixture
def waiting_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stores wait for the disk as they do outside of tests."""
    monkeypatch.setattr(engine, "SYNCHRONOUS", "FULL")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real payloads and clips beside the checkout; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not there (real payloads and clips are not part of the project)")
    return SHARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if ALLOWED_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped where nothing may be: {reason}"
    return report
