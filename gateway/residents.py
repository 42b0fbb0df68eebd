"""Residents: who lives where, sealed; found by reference, household, exact name or number; consents; their rights.

What a person may ask for (copy, correction, deletion) is one call each. Everything is written down; what was erased
leaves tombstones, so that the chains of timelines and audit stay whole.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

import msgspec

from gateway.access import Access
from gateway.clock import to_us
from gateway.sealing import Sealer, opened
from gateway.store import persons as stored
from gateway.store import read_person, reports
from gateway.store.accounts import account, close_account
from gateway.store.contacts import forget_proofs
from gateway.store.persons import Consent, Kept
from gateway.store.read import Connection, Found, Place
from gateway.store.second_factors import remove_factor

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{1,63}")


class Resident(msgspec.Struct, frozen=True, kw_only=True):
    """A resident in the open, for as long as an answer takes."""

    id: str
    household: str | None
    name: str
    phone: str
    note: str
    version: int


class Residents:
    """The register of residents; everything returns after its commit."""

    def __init__(self, access: Access, *, sealer: Sealer) -> None:
        self._access, self._sealer = access, sealer

    # --- reading ----------------------------------------------------------------------------------

    async def one(self, person: str) -> Resident | None:
        """Return a resident who was not erased, or None."""
        kept = await self._access.read(lambda connection: stored.resident(connection, person))
        return None if kept is None or kept.erased_at is not None else self._opened(kept)

    async def search(
        self,
        *,
        text: str | None,
        household: str | None,
        households: list[str] | None,
        after: Place | None,
        limit: int,
    ) -> Found[Resident]:
        """Return residents by id; `text` is a reference, an exact name or an exact phone number."""
        if text is not None and (known := await self.one(text)) is not None:
            seen = households is None or known.household in households
            return Found(rows=[known] if seen and household in (None, known.household) else [], next=None)
        mark = None if text is None else self._mark(text)
        found = await self._access.read(
            lambda connection: stored.search_residents(
                connection, mark=mark, household=household, households=households, after=after, limit=limit
            )
        )
        return Found(rows=[self._opened(each) for each in found.rows], next=found.next)

    async def consents(self, person: str) -> list[Consent]:
        """Return what somebody agreed to, newest first."""
        return await self._access.read(lambda connection: stored.consents_of(connection, person))

    # --- writing ----------------------------------------------------------------------------------

    async def save(self, resident: Resident, *, by: str, new: bool) -> Resident | None:
        """Write a resident; None when somebody else was faster, or when one is there already who was to be new."""
        now = self._access.now()
        kept = Kept(
            id=resident.id or f"p-{secrets.token_hex(5)}",
            household=resident.household,
            name=self._sealer.seal(resident.name),
            name_mark=self._mark(resident.name),
            phone=self._sealer.seal(resident.phone) if resident.phone else None,
            phone_mark=self._mark(resident.phone) if resident.phone else None,
            note=self._sealer.seal(resident.note) if resident.note else None,
            version=resident.version + 1,
            created_at=now,
            updated_at=now,
        )

        def job(connection: Connection) -> bool:
            done = stored.put_resident(connection, kept, expected=0 if new else resident.version)
            if done:
                action = "resident.added" if new else "resident.changed"
                facts = {"household": kept.household, "version": kept.version}
                self._access.note(
                    connection, actor=by, action=action, about=f"resident {kept.id}", facts=facts
                )
            return done

        return self._opened(kept) if await self._access.write(job) else None

    async def agree(self, person: str, *, purpose: str, version: str, by: str) -> list[Consent]:
        """Note a consent; return all of the person's."""
        now = self._access.now()

        def job(connection: Connection) -> None:
            number = stored.add_consent(
                connection, person=person, purpose=purpose, version=version, now=now, by=by
            )
            facts = {"consent": number, "purpose": purpose, "version": version}
            self._access.note(
                connection, actor=by, action="consent.given", about=f"resident {person}", facts=facts
            )

        await self._access.write(job)
        return await self.consents(person)

    async def withdraw(self, person: str, consent: int, *, by: str) -> bool:
        """Note that a consent was withdrawn; False when there is none to withdraw."""
        now = self._access.now()

        def job(connection: Connection) -> bool:
            done = stored.withdraw_consent(connection, consent, person=person, now=now)
            if done:
                facts = {"consent": consent}
                self._access.note(
                    connection, actor=by, action="consent.withdrawn", about=f"resident {person}", facts=facts
                )
            return done

        return await self._access.write(job)

    # --- rights -----------------------------------------------------------------------------------

    async def export(self, person: str, *, by: str, reason: str) -> dict[str, Any] | None:
        """Return everything kept about a person reference, readable; None when nothing is. The audit log says who took it."""

        def collect(connection: Connection) -> dict[str, Any] | None:
            kept = stored.resident(connection, person)
            found: dict[str, Any] = {
                "person": person,
                "resident": None if kept is None else msgspec.to_builtins(kept, builtin_types=()),
                "consents": [msgspec.to_builtins(each) for each in stored.consents_of(connection, person)],
                "cases_reported": [
                    msgspec.to_builtins(each) for each in read_person.cases_reported(connection, person)
                ],
                "done_in_cases": read_person.lines_by(connection, person),
                "reports": reports.of(connection, person),
                "messages": read_person.messages_to(connection, person),
                "events": [
                    msgspec.to_builtins(each) for each in read_person.events_about(connection, person)
                ],
                "looked_at_by": read_person.audit_about(connection, person),
            }
            return found if any(value for name, value in found.items() if name != "person") else None

        found = await self._access.read(collect)
        if found is None:
            return None
        await self._access.audit(by, "person.exported", f"resident {person}", {"reason": reason})
        plain: dict[str, Any] = opened(msgspec.to_builtins(found), self._sealer)
        return plain

    async def works_here(self, person: str) -> bool:
        """Tell whether somebody holds, or held, a role beside that of a resident: what they wrote is proof."""
        known = await self._access.read(lambda connection: account(connection, person))
        return known is not None and bool(set(known.person.roles) - {"resident"})

    async def erase(self, person: str, *, by: str, reason: str) -> dict[str, int] | None:
        """Erase everything said about a person and by them; None when nobody is known by this reference.

        What stays: that they were erased and by whom, hashes in the chains, consents without a name (proof that there
        was a basis), what devices said until its time is up, and words of open cases. A document of theirs that was
        deleted from the site, now or in an erasure that was cut short, is emptied in all its versions.
        """
        now = self._access.now()

        def job(connection: Connection) -> dict[str, int] | None:
            gone = stored.erase_resident(connection, person, now=now)
            words = read_person.erase_words(connection, person)
            words["reports"] = reports.erase_of(connection, person, at=now)
            emptied = read_person.erase_documents(connection, person)
            if not gone and not emptied and not any(words.values()):
                return None
            close_account(connection, person)
            remove_factor(connection, person)
            forget_proofs(connection, person)
            facts = {"reason": reason, **words, "at_us": to_us(now)}
            self._access.note(
                connection, actor=by, action="person.erased", about=f"resident {person}", facts=facts
            )
            return words

        return await self._access.write(job)

    # --- within -----------------------------------------------------------------------------------

    def _mark(self, text: str) -> str:
        digits = re.sub(r"[\s-]", "", text)
        plain = digits.removeprefix("+86") if re.fullmatch(r"\+?\d{5,}", digits) else text.strip()
        return self._sealer.fingerprint(plain)

    def _opened(self, kept: Kept) -> Resident:
        return Resident(
            id=kept.id,
            household=kept.household,
            name=self._sealer.open(kept.name or ""),
            phone=self._sealer.open(kept.phone or ""),
            note=self._sealer.open(kept.note or ""),
            version=kept.version,
        )
