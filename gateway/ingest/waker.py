"""Waker: how other threads end the ingest's wait for the network, with one byte however many there are."""

from __future__ import annotations

import socket


class Waker:
    """`wake` from any thread; the ingest's thread polls `inlet` and then calls `clear`, before it looks at what is new."""

    def __init__(self) -> None:
        self._outlet, self.inlet = socket.socketpair()
        self._outlet.setblocking(False)
        self.inlet.setblocking(False)
        self._woken = False

    def wake(self) -> None:
        """End the current or next wait."""
        if self._woken:
            return
        self._woken = True
        try:
            self._outlet.send(b"!")
        except OSError:
            return  # full: the thread is being woken anyway; closed: nobody is left to wake

    def clear(self) -> None:
        """Take the wake-up; who calls `wake` from here on wakes again."""
        self.inlet.recv(4096)
        # Only now: a byte sent for a flag that was already down would be swallowed with the others, and nobody
        # would be woken again. Who found the flag up has said before what is new.
        self._woken = False

    def close(self) -> None:
        """Let the sockets go."""
        self._outlet.close()
        self.inlet.close()
