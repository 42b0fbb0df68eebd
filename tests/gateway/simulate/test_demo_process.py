"""The process in which tests open a demo leaves nothing behind, also when it is not ready in time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gateway.store.folder import Folder
from tests.browser import demo


def test_a_demo_that_is_not_ready_in_time_holds_neither_folder_nor_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def holds_its_folder(command: list[str], **given: object) -> subprocess.Popen[bytes]:
        code = (
            "import sys, time; from pathlib import Path; from gateway.store.folder import Folder; "
            "held = Folder(Path(sys.argv[1])); print('held', flush=True); time.sleep(600)"
        )
        folder = command[command.index("--data") + 1]
        begun.append(start([command[0], "-c", code, folder], **given))  # type: ignore[call-overload]  # as it was called
        return begun[0]

    monkeypatch.setattr(demo.subprocess, "Popen", holds_its_folder)
    monkeypatch.setattr(demo.Process, "links", _never)
    with pytest.raises(pytest.fail.Exception, match="the links of the demo"):
        demo.Process(tmp_path, patience_s=0.5)
    (process,) = begun
    assert process.returncode is not None, "it was waited for"
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    Folder(tmp_path / "demo").close()  # another one may have it


def _never(_: demo.Process) -> dict[str, str]:
    return {}
