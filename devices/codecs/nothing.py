"""A body that is deliberately not read: fingerprints, faces and staff lists that a terminal sends unasked."""

from __future__ import annotations

from devices.codec import Document, codec


@codec("nothing")
def read_nothing(_payload: bytes, _encoding: str) -> list[Document]:
    """Return one empty document, whatever the body holds."""
    return [{}]
