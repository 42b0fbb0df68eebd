"""Credential desk: credentials of pushing devices, made, listed and taken away from the pages of a running gateway.

As `issuing.py` does beside one: the secret is returned once and never kept, the audit log says who did it, and the door
follows within two seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from devices.registry import Registry
from gateway.access import Access
from gateway.push.issuing import Issued
from gateway.push.senders import new_secret, sender_name, sender_names, verifier
from gateway.store import push_credentials as stored
from gateway.store.push_credentials import Scheme, StoredCredential
from gateway.store.read import Connection


class CredentialDesk:
    """Credentials of senders; `seal` closes what is kept of a password."""

    def __init__(self, access: Access, seal: Callable[[str], str]) -> None:
        self._access, self._seal = access, seal

    async def all(self) -> Sequence[StoredCredential]:
        """Return all credentials by sender, never what the device was given."""
        return await self._access.read(stored.credentials)

    async def issue(self, device: str, registry: Registry, *, scheme: Scheme, by: str) -> Issued | None:
        """Make a credential for a device or `user` in the place of an earlier one; None: nobody who may push has that name."""
        sender = _sender(device, registry)
        if sender not in sender_names(registry):
            return None
        secret = new_secret(scheme)

        def job(connection: Connection) -> None:
            kept = verifier(scheme, sender, secret, self._seal)
            made = StoredCredential(
                sender=sender, scheme=scheme, verifier=kept, made_at=self._access.now(), made_by=by
            )
            stored.put_credential(connection, made)
            facts = {"scheme": scheme}
            self._access.note(
                connection, actor=by, action="device.credential.made", about=sender, facts=facts
            )

        await self._access.write(job)
        spoken = {each.profile.partition("@")[0] for each in registry if sender_name(each) == sender}
        return Issued(sender=sender, scheme=scheme, secret=secret, profiles=tuple(sorted(spoken)))

    async def revoke(self, device: str, registry: Registry, *, by: str) -> bool:
        """Take the credential of a device or `user` away; False: there is none."""
        sender = _sender(device, registry)

        def job(connection: Connection) -> bool:
            gone = stored.remove_credential(connection, sender)
            if gone:
                self._access.note(
                    connection, actor=by, action="device.credential.revoked", about=sender, facts={}
                )
            return gone

        return await self._access.write(job)


def _sender(device: str, registry: Registry) -> str:
    """Return the name under which a device is let in; of a device that is gone, its id."""
    found = registry.get(device)
    return device if found is None else sender_name(found)
