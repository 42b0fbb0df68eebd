"""Cameras: from a stream to events on MQTT, in a process of its own.

Read `pipeline.py` for the order of the stages, `worker.py` for how they are run. Everything here needs
the extra `vision`; `require_vision` says so in a sentence.
"""

from __future__ import annotations

import importlib.util

from gateway.errors import GatewayError


class VisionMissingError(GatewayError):
    """The packages of the extra `vision` are not installed."""


def require_vision() -> None:
    """Raise `VisionMissingError` with the command that installs what is missing."""
    missing = [name for name in ("av", "cv2", "numpy") if importlib.util.find_spec(name) is None]
    if missing:
        raise VisionMissingError(
            f"camera analysis needs the extra 'vision' (not found: {', '.join(missing)}); "
            "install it with: pip install 'smart-community-gateway[vision]'  "
            "(摄像机分析需要安装 vision 扩展)"
        )
