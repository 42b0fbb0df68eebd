"""People as the API shows them: contacts masked, but for what was unmasked a moment ago."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.api.masking import mask_address, mask_name
from gateway.api.schemas.people import ContactView, PersonView
from gateway.api.views.lens import Lens
from gateway.contacts import FRESH
from gateway.people import Standing

Shows = Callable[[str, str], bool]
"""(about, field) -> whether the viewer may see it in full now."""


def person_view(
    standing: Standing, lens: Lens, *, shows: Shows, verified: Mapping[tuple[str, str], datetime]
) -> PersonView:
    """Return a person; a resident's name is masked like their contacts."""
    person, account = standing.person, standing.account
    about = f"person:{person.id}"
    private = "resident" in person.roles and not shows(about, "name")
    return PersonView(
        id=person.id,
        name=mask_name(person.name) if private else person.name,
        roles=[role for role in person.roles if role != "system"],
        grids=list(person.grids),
        skills=list(person.skills),
        household=person.household,
        contacts=[
            _contact(channel, address, about, verified.get((person.id, channel)), lens, shows)
            for channel, address in sorted(person.contacts.items())
        ],
        active=person.active,
        has_password=account is not None and account.password is not None,
        second_factor=standing.second_factor,
        locked_until=_locked(standing, lens),
        seen_at=lens.maybe(standing.seen_at),
        version=standing.version,
    )


def _contact(
    channel: str, address: str, about: str, verified_at: datetime | None, lens: Lens, shows: Shows
) -> ContactView:
    whole = shows(about, f"contacts.{channel}")
    return ContactView(
        channel=channel,
        address=address if whole else mask_address(address),
        masked=not whole,
        verified_at=lens.maybe(verified_at),
        fresh=verified_at is not None and lens.now - verified_at < FRESH,
    )


def _locked(standing: Standing, lens: Lens) -> datetime | None:
    until = standing.account.locked_until if standing.account is not None else None
    return lens.shown(until) if until is not None and until > lens.now else None
