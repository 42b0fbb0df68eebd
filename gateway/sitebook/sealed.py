"""Sealed: what a saved document says about people lies closed in the database and is opened when it is read."""

from __future__ import annotations

from typing import Any

from gateway.response.world import SiteView
from gateway.sealing import Sealer, is_sealed, opened, without_people
from gateway.sitebook.layer import Value

FIELDS: dict[str, tuple[str, ...]] = {
    "person": ("contacts", "name"),
    "household": ("persons", "contacts"),
    "profile": ("text", "draft"),  # its samples are messages that were captured
}
"""Fields of which every text is sealed, by what a document is."""


class PeopleSeal:
    """Closes and opens the values of documents with the site's sealer."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def closed(self, name: str, value: Value) -> Value:
        """Return the value with everything about people sealed."""
        fields = set(FIELDS.get(name.partition(":")[0], ()))
        if "resident" not in (
            value.get("roles") or ()
        ):  # who works here is known by name to everybody who does
            fields.discard("name")
        return {key: self._close(each) if key in fields else each for key, each in value.items()}

    def opened(self, name: str, value: Value) -> Value:
        """Return the value with everything opened that was sealed."""
        fields = FIELDS.get(name.partition(":")[0], ())
        return {key: opened(each, self._sealer) if key in fields else each for key, each in value.items()}

    def _close(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if is_sealed(value) else self._sealer.seal(value)
        if isinstance(value, dict):
            return {key: self._close(each) for key, each in value.items()}
        return [self._close(each) for each in value] if isinstance(value, list) else value


def as_kept(text: str, site: SiteView, sealer: Sealer) -> str:
    """Return a site file's text as the database keeps it: no address of anybody, no name of a resident in it."""
    contacts = [address for person in site.people.values() for address in person.contacts.values()]
    residents = [person.name for person in site.people.values() if "resident" in person.roles]
    return without_people(text, [*contacts, *residents], sealer)
