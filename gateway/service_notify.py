"""systemd readiness and watchdog, without a library: one datagram to the socket that systemd names."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> bool:
    """Tell systemd `READY=1`, `WATCHDOG=1` or `STOPPING=1`; False when nobody asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        try:
            channel.connect(address)
            channel.sendall(state.encode())
        except OSError:
            return False  # systemd went away; the gateway's work does not depend on it
    return True


def watchdog_interval_s() -> float | None:
    """Return how often systemd wants to hear from us (half its limit), or None when it does not watch."""
    limit_us = os.environ.get("WATCHDOG_USEC", "")
    return int(limit_us) / 2_000_000 if limit_us.isdigit() and int(limit_us) > 0 else None
