"""Device profiles: what there is, captured messages, their fields, previews and saves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from gateway.api.schemas.common import Bilingual, Request, View
from gateway.api.schemas.saved import Version

Text = Annotated[str, Field(max_length=200_000)]
Topic = Annotated[str, Field(min_length=1, max_length=1024)]


class ProfileRow(View):
    """One device profile in force."""

    id: str = Field(examples=["frigate"])
    revision: int
    name: Bilingual
    about: Bilingual | None
    origin: Literal["built_in", "folder", "saved"] = Field(description="`saved`: on these pages")
    listens: list[str] = Field(description="topic patterns and HTTP paths", examples=[["frigate/events"]])
    samples: int
    devices: int = Field(description="devices that speak it and are not retired")
    version: int = Field(description="of a saved one: the newest version of its document, else 0")


class ProfileList(View):
    """The device profiles in force, by id."""

    items: list[ProfileRow]


class ProfileView(ProfileRow):
    """One device profile with its YAML, and the draft it was written from, if there is one."""

    text: str
    draft: dict[str, Any] | None


class CapturedMessage(View):
    """A message as it came. `row` names it while it waits in quarantine; `payload` is its text, else `base64` is set."""

    row: int | None
    at: datetime
    adapter: Literal["mqtt", "http"]
    topic: str = Field(description="the MQTT topic, or the HTTP path")
    headers: dict[str, str]
    retained: bool
    size: int
    payload: str | None
    base64: str | None
    code: str | None = Field(description="why it waits", examples=["no_profile"])
    reason: str | None


class CapturedList(View):
    """Captured messages, newest first."""

    items: list[CapturedMessage]


class Listen(Request):
    """Where to listen for some seconds: an MQTT filter or an HTTP path; exactly one of them."""

    topic: Topic | None = Field(None, examples=["bell/#"])
    path: Topic | None = Field(None, examples=["/push/bell"])
    seconds: float = Field(10, ge=1, le=25)
    most: int = Field(5, ge=1, le=20)

    @model_validator(mode="after")
    def _one(self) -> Listen:
        if (self.topic is None) == (self.path is None):
            raise ValueError("expected either topic (MQTT) or path (HTTP)")
        return self


class LookAt(Request):
    """One message: by the row of one that waits, or pasted as text or base64 with where it would come."""

    row: int | None = Field(None, ge=1, le=2**53)
    payload: Text | None = Field(None, examples=['{"serial": "b1", "code": 1}'])
    base64: Text | None = None
    topic: Topic | None = Field(None, examples=["bell/b1/event"])
    path: Topic | None = None
    headers: dict[str, Annotated[str, Field(max_length=2000)]] = Field({}, max_length=60)
    codec: str | None = Field(
        None, max_length=40, description="as `payload` of a profile; left out: found by trying"
    )
    encoding: Literal["utf-8", "gbk", "gb18030"] = "utf-8"

    @model_validator(mode="after")
    def _one(self) -> LookAt:
        if sum(each is not None for each in (self.row, self.payload, self.base64)) != 1:
            raise ValueError("expected exactly one of row, payload and base64")
        if self.topic is not None and self.path is not None:
            raise ValueError("expected either topic (MQTT) or path (HTTP)")
        return self


class FieldMeaning(View):
    """One guess about a field: `word` is a time's form, or the name of a state."""

    what: Literal["time", "identity", "level", "code", "counter", "state", "elements", "person"]
    sure: bool
    word: str
    sentence: Bilingual


class FieldRow(View):
    """One field of a message."""

    path: str = Field(examples=["e.alarm.code"])
    type: Literal["text", "number", "integer", "bool", "null", "list", "object"]
    example: Any = Field(None, description="its value; of a list or object the number of its parts")
    usable: bool = Field(description="false: no path can name it (a dot or a space in its key)")
    meanings: list[FieldMeaning]


class TopicLevel(View):
    """One level of the topic or path."""

    text: str
    identity: bool = Field(description="it may name the device: `{device}` in a pattern")


class KnownProfile(View):
    """A profile in force that would read the content of the message, the best first."""

    profile: str = Field(examples=["tasmota@2"])
    topic: str = Field(description="where it would have to come")


class FieldsView(View):
    """Everything that stands in a message. `refused` says why it cannot be read; the draft is a beginning."""

    message: CapturedMessage
    codec: str
    refused: Bilingual | None
    fields: list[FieldRow]
    more: int = Field(description="fields that are not listed")
    levels: list[TopicLevel]
    known: list[KnownProfile]
    draft: dict[str, Any] | None = Field(
        description="a draft with what was guessed; kinds are for a person to say"
    )


class ProfileAsked(Request):
    """A profile as a draft, or as its YAML; exactly one of them."""

    draft: dict[str, Any] | None = Field(
        None, description="docs/add-a-device.md, “from a page or by the API”"
    )
    text: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> ProfileAsked:
        if (self.draft is None) == (self.text is None):
            raise ValueError("expected exactly one of draft and text")
        return self


class PreviewAsked(ProfileAsked):
    """A profile to be tried on its samples and on messages that wait."""

    messages: int = Field(20, ge=0, le=100, description="how many of those that wait, newest first")


class ProfileSave(ProfileAsked):
    """A profile to be saved."""

    version: Version = None
    reason: str = Field("", max_length=400)


class ProfileProblem(View):
    """One mistake: its place in the draft or in the YAML, and what is expected."""

    path: str = Field(examples=["kinds[0].data.press"])
    line: int = Field(description="of the YAML; 1 in a draft")
    message: Bilingual


class Reading(View):
    """One thing that would come out of a message."""

    outcome: Literal[
        "event", "state", "availability", "telemetry", "note", "ignored", "quarantine", "evidence"
    ]
    kind: str | None
    kind_name: Bilingual | None
    device: str | None
    at: datetime | None
    time_quality: str | None
    mode: str | None
    data: dict[str, Any]
    state: dict[str, Any]
    subject: list[str] = Field(description="what it is known of whom; the references stay hidden")
    flags: list[str]
    profile: str | None
    sentence: Bilingual


class PreviewMessage(View):
    """One message and everything that would come out of it."""

    row: int | None
    topic: str
    at: datetime
    stranger: bool = Field(description="its device is not registered: this is what would come once it is")
    readings: list[Reading]


class PreviewView(View):
    """What a profile would do. With problems there are no events, and it cannot be saved."""

    ok: bool
    id: str | None
    revision: int | None = Field(description="that a save would give it")
    text: str
    problems: list[ProfileProblem]
    samples: list[PreviewMessage]
    waiting: list[PreviewMessage] = Field(description="messages in quarantine that come where it listens")
    takes_from: list[str] = Field(description="profiles whose messages it would read in their place")
