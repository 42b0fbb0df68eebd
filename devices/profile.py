"""Loading profiles: one YAML file a device family, checked in full, proven by its own samples.

`load_profiles` is pure: texts in, profiles and every problem out. A profile with a problem does not load;
the others do. Two forms that would read the same topics without a condition between them are a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta, timezone

from devices.compile import FORM_KEYS, SHARED_KEYS, FormCompiler
from devices.decode import Decoder
from devices.document import Document, parse_document
from devices.form import MessageForm, Profile, Sample
from devices.node import Node
from devices.problem import Problem
from devices.registry import AVAILABILITY, Registry
from devices.samples import prove, read_sample

TOP_KEYS = (
    "profile", "name", "about", "availability", "reader", "messages", "samples", "match", "kinds", *SHARED_KEYS,
)  # fmt: skip
_REF = re.compile(r"([a-z][a-z0-9-]{1,40})@([1-9][0-9]{0,4})")
SAMPLE_SITE = "s1"
SAMPLE_ZONE = timezone(timedelta(hours=8))


def load_profiles(texts: Mapping[str, str]) -> tuple[list[Profile], list[Problem]]:
    """Read, check and prove all profiles; `texts` maps file names to YAML.

    Returns the profiles that are good and every problem found. Never raises for what a person wrote.
    """
    problems: list[Problem] = []
    good: list[Profile] = []
    documents: dict[str, Document] = {}
    for file, text in texts.items():
        document = parse_document(text, file)
        documents[file] = document
        found = list(document.problems)
        profile = _read(document, found) if not found else None
        if profile is not None and not found:
            _prove(profile, document, found)
        problems += dict.fromkeys(found)  # what several forms share is complained of once
        if profile is not None and not found:
            good.append(profile)
    clashes = list(_clashes(good, documents))
    problems += clashes
    spoiled = {problem.file for problem in clashes}
    return [profile for profile in good if profile.file not in spoiled], problems


def load_beside(
    text: str, file: str, known: Iterable[Profile], *, proven: bool = True
) -> tuple[Profile | None, list[Problem]]:
    """Read one more profile beside those that are loaded; a name or topics that clash with theirs are problems.

    `proven=False` leaves its samples' expectations unasked. Never raises for what a person wrote.
    """
    document = parse_document(text, file)
    problems = list(document.problems)
    profile = _read(document, problems) if not problems else None
    if profile is not None and not problems:
        if proven:
            _prove(profile, document, problems)
        problems += clashing(profile, known)
    return None if problems else profile, list(dict.fromkeys(problems))


def clashing(profile: Profile, known: Iterable[Profile]) -> list[Problem]:
    """Return why a profile cannot stand beside others, which have no clashes among themselves."""
    others = [each for each in known if each.file != profile.file]
    return list(_clashes([*others, profile], {profile.file: parse_document("{}", profile.file)}))


def _read(document: Document, problems: list[Problem]) -> Profile | None:
    top = Node(document, problems)
    if not top.mapping(TOP_KEYS, ("profile", "name", "samples")):
        return None
    ref = _ref(top.child("profile"))
    samples = tuple(_samples(top.child("samples"))) if top.has("samples") else ()
    own = top.has("reader") and top.child("reader").text(("own",)) == "own"
    forms = tuple(_forms(top, samples, "@".join(map(str, ref or ("", 0))), own=own))
    if ref is None or problems:
        return None
    return Profile(
        id=ref[0],
        revision=ref[1],
        name=_name(top.child("name")),
        about=_about(top.child("about")) if top.has("about") else {},
        availability=_availability(top.child("availability")) if top.has("availability") else None,
        file=document.file,
        forms=forms,
        samples=samples,
    )


def _ref(node: Node) -> tuple[str, int] | None:
    text = node.text()
    found = _REF.fullmatch(text) if text is not None else None
    if found is None:
        node.say(
            "expected a name and a revision such as 'frigate@1': small letters, digits and -, then @ and a number"
        )
        return None
    return found[1], int(found[2])


def _name(node: Node) -> dict[str, str]:
    node.mapping(("zh", "en"), ("zh", "en"))
    return {key: place.text() or "" for key, place in node.pairs()}


def _about(node: Node) -> dict[str, str]:
    if isinstance(node.value, str):
        return {"en": node.value}
    node.mapping(("zh", "en"), ("zh", "en"))
    return {key: place.text() or "" for key, place in node.pairs()}


def _availability(node: Node) -> str | None:
    if not node.mapping(("class",), ("class",)):
        return None
    return node.child("class").text(AVAILABILITY) if node.has("class") else None


def _samples(node: Node) -> Iterable[Sample]:
    for number, place in enumerate(node.items()):
        sample = read_sample(place, number)
        if sample is not None:
            yield sample


def _forms(top: Node, samples: tuple[Sample, ...], ref: str, *, own: bool) -> Iterable[MessageForm]:
    if top.has("messages") == top.has("match"):
        top.say("expected either 'match' with 'kinds' (one form of message) or a list 'messages'")
        return
    nodes = list(top.child("messages").items()) if top.has("messages") else [top]
    for node in nodes:
        if node is not top and not node.mapping(FORM_KEYS, ("match",)):
            continue
        form = FormCompiler(node, top, samples, profile=ref).compile(own=own)
        if form is not None:
            yield form


def _prove(profile: Profile, document: Document, problems: list[Problem]) -> None:
    for sample in profile.samples:
        decoder = Decoder(
            profiles=[profile],
            registry=Registry(),
            site=SAMPLE_SITE,
            zone=SAMPLE_ZONE,
            site_key=b"sample",
            accept_unknown=True,
        )
        wrong = prove(sample, lambda message, decoder=decoder: decoder.decode(message, mint=str))  # type: ignore[misc]  # a default argument binds the loop's decoder
        if wrong is not None:
            problems.append(
                document.problem(("samples", sample.number), f"sample '{sample.name}' fails: {wrong}")
            )


def _clashes(profiles: list[Profile], documents: Mapping[str, Document]) -> Iterable[Problem]:
    """Find profiles of one name, and forms that only an accident would choose between."""
    names: dict[str, str] = {}
    shapes: dict[tuple[object, ...], list[tuple[Profile, MessageForm]]] = {}
    for profile in profiles:
        if profile.id in names:
            message = f"profile '{profile.id}' is already in {names[profile.id]}; choose another name"
            yield documents[profile.file].problem(("profile",), message)
        names.setdefault(profile.id, profile.file)
        for form in profile.forms:
            earlier = shapes.setdefault((form.adapter, *form.pattern.shape), [])
            for other, before in earlier:
                if form.where is None and before.where is None:
                    message = (
                        f"'{form.pattern.text}' reads the same topics as '{before.pattern.text}' of {other.file}, "
                        "and neither has a condition; give one a 'where'"
                    )
                    yield documents[profile.file].problem(("profile",), message)
            earlier.append((profile, form))
