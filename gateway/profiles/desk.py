"""Desk: whoever writes device profiles on a page asks here; every save goes through the sitebook.

What is saved is the YAML, with the draft it was written from where there is one. Its revision is the number of the
version that the sitebook gives it, so that it rises with every save and every step back, and stands on every event.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Literal

import msgspec

from devices.draft import with_revision, write_profile
from devices.form import Profile
from devices.problem import Problem
from devices.profile import load_beside
from gateway.builtin import builtin_profiles, folder_texts
from gateway.core import Core
from gateway.errors import ActionRefused
from gateway.sitebook.book import Sitebook
from gateway.sitebook.entry import Saved
from gateway.sitebook.layer import Bodies
from gateway.sitebook.profiles import PREFIX
from gateway.sitebook.trial import Present

Origin = Literal["built_in", "folder", "saved"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote: a draft, or the YAML itself; exactly one of them."""

    draft: Mapping[str, Any] | None = None
    text: str | None = None


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, read: the YAML, the profile if it is good, and every problem at its author's place."""

    text: str
    profile: Profile | None
    problems: tuple[Problem, ...] = ()


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One profile in force and where it is from."""

    profile: Profile
    origin: Origin


class ProfileDesk:
    """Reads and changes the profiles of one gateway; from any thread."""

    def __init__(self, core: Core, book: Sitebook) -> None:
        self._core = core
        self.book = book
        self._built_in = builtin_profiles()

    # --- what there is ----------------------------------------------------------------------------

    def profiles(self) -> list[Listed]:
        """Return every profile in force, by id."""
        found = [Listed(profile=each, origin=self._origin(each)) for each in self.book.profiles]
        return sorted(found, key=lambda each: each.profile.id)

    def listed(self, name: str) -> Listed | None:
        """Return one profile in force."""
        return next((each for each in self.profiles() if each.profile.id == name), None)

    def text(self, listed: Listed) -> str:
        """Return the YAML of a profile as it was written."""
        if listed.origin == "saved":
            return str((self.book.present(f"{PREFIX}{listed.profile.id}") or {}).get("text", ""))
        texts = self._built_in
        if listed.origin == "folder":
            texts = folder_texts(self._core.written.settings.profiles)
        return texts.get(listed.profile.file, "")

    def draft(self, name: str) -> dict[str, Any] | None:
        """Return the draft that a saved profile was written from, if it was written from one."""
        found = (self.book.present(f"{PREFIX}{name}") or {}).get("draft")
        return found if isinstance(found, dict) else None

    def in_use(self, name: str) -> list[str]:
        """Return the devices that speak a profile and are not retired."""
        registry = self.book.view.registry
        return [
            each.id for each in registry if each.profile.partition("@")[0] == name and each.state != "retired"
        ]

    def _origin(self, profile: Profile) -> Origin:
        if profile.file.startswith(PREFIX):
            return "saved"
        return "built_in" if profile.file in self._built_in else "folder"

    # --- checking ---------------------------------------------------------------------------------

    def read(self, asked: Asked, name: str | None = None) -> Read:
        """Read what somebody wrote beside the profiles in force; with `name` as the next revision of that one."""
        wanted = name or _called(asked)
        known = [each for each in self.book.profiles if each.file != f"{PREFIX}{wanted}"]
        revision = self.book.version(f"{PREFIX}{wanted}") + 1
        if asked.draft is not None:
            written = write_profile(dict(asked.draft), revision=revision, known=known)
            read = Read(text=written.text, profile=written.profile, problems=written.problems)
        else:
            text = with_revision(asked.text or "", revision)
            profile, problems = load_beside(text, "profile", known)
            read = Read(text=text, profile=profile, problems=tuple(problems))
            if profile is not None and profile.revision != revision:
                said = f"write 'profile: {profile.id}@{revision}' on a line of its own: its revision rises with every save"
                wrong = Problem(file="profile", line=1, path="profile", message=said)
                return Read(text=text, profile=None, problems=(wrong,))
        if read.profile is None or name in (None, read.profile.id):
            return read
        said = f"expected '{name}', as in the address, found '{read.profile.id}'"
        path = "id" if asked.draft is not None else "profile"
        wrong = Problem(file="profile", line=1, path=path, message=said)
        return msgspec.structs.replace(read, profile=None, problems=(wrong,))

    # --- changes ----------------------------------------------------------------------------------

    def save(self, name: str, asked: Asked, *, by: str, expected: int | None, reason: str) -> Future[Saved]:
        """Save a profile; it is in force when this is answered. With problems nothing is changed."""
        read = self.read(asked, name)
        if read.profile is None:
            return _answered(Saved(problems=read.problems))
        body: dict[str, Any] = {"text": read.text}
        if asked.draft is not None:
            body["draft"] = dict(asked.draft)
        return self._put(name, body, by=by, expected=expected, reason=reason)

    def drop(self, name: str, *, by: str, expected: int | None, reason: str) -> Future[Saved]:
        """Take a saved profile away; refused (in the answer) while devices speak it."""
        document = f"{PREFIX}{name}"

        def make(_: Present) -> Bodies:
            speakers = self.in_use(name)
            if speakers:
                facts = {"profile": name, "count": len(speakers), "devices": ", ".join(speakers[:5])}
                raise ActionRefused("profile_in_use", f"{len(speakers)} devices speak {name}", **facts)
            return {document: None}

        return self.book.amend(make, by=by, expected=_seen(document, expected), reason=reason)

    def roll_back(self, name: str, *, by: str, expected: int | None, reason: str) -> Future[Saved]:
        """Make the version before the newest the newest again, with the next revision; reads the store.

        Raises:
            ActionRefused: there is no version before, or it was a deletion.
        """
        versions = self.book.versions(f"{PREFIX}{name}")
        earlier = versions[1].value if len(versions) > 1 else None
        if earlier is None:
            raise ActionRefused("no_earlier_profile", f"{name} has no earlier version", profile=name)
        expected = versions[0].version if expected is None else expected
        said = reason or f"roll back to version {versions[1].version}"
        return self._put(name, earlier, by=by, expected=expected, reason=said)

    def _put(
        self, name: str, body: Mapping[str, Any], *, by: str, expected: int | None, reason: str
    ) -> Future[Saved]:
        document = f"{PREFIX}{name}"

        def make(present: Present) -> Bodies:
            before = present(document)
            plain = {"id": name, **body, "text": with_revision(str(body["text"]), 1)}
            if before is not None and {**before, "text": with_revision(str(before.get("text")), 1)} == plain:
                return {document: before}
            return {
                document: {**plain, "text": with_revision(str(body["text"]), self.book.version(document) + 1)}
            }

        return self.book.amend(make, by=by, expected=_seen(document, expected), reason=reason)


def _called(asked: Asked) -> str:
    """Return the id that somebody gives what they wrote, as far as it can be told before it is read."""
    if asked.draft is not None:
        return str(asked.draft.get("id", ""))
    found = load_beside(asked.text or "", "profile", (), proven=False)[0]
    return found.id if found is not None else ""


def _seen(document: str, expected: int | None) -> dict[str, int]:
    return {} if expected is None else {document: expected}


def _answered(saved: Saved) -> Future[Saved]:
    future: Future[Saved] = Future()
    future.set_result(saved)
    return future
