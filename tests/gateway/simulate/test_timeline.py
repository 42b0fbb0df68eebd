"""What is said: the same bytes for the same seed, in order, and every word understood by the real profiles."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import msgspec
import pytest

from devices.decode import Decoder
from devices.event import Event, Quarantine, RawMessage
from devices.profile import load_profiles
from gateway.api.live import FLOOD
from gateway.builtin import builtin_profiles
from gateway.simulate.demo import PAUSE_S
from gateway.simulate.estate import draw_up, site_text
from gateway.simulate.faults import NONE, Mix
from gateway.simulate.history import Turn, finale, history
from gateway.simulate.life import ordinary
from gateway.simulate.programme import programme
from gateway.simulate.situations import SITUATIONS, situation
from gateway.simulate.speech import Tongue
from gateway.simulate.timeline import Options, messages, troubles
from gateway.site import load_site_file

ESTATE = draw_up()
BEGIN = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)  # midnight at the site
DAY = timedelta(days=1)


@cache
def decoder() -> Decoder:
    site, problems = load_site_file(site_text(ESTATE), "site.yaml", today=date(2026, 3, 6))
    profiles, more = load_profiles(builtin_profiles())
    assert problems == []
    assert more == []
    return Decoder(
        profiles=profiles,
        registry=site.rules.registry,
        site=ESTATE.site,
        zone=site.rules.zone,
        site_key=b"k" * 32,
    )


def test_a_day_is_the_same_for_the_same_seed() -> None:
    one, other = (list(messages(ESTATE, BEGIN, BEGIN + DAY, Options(seed="7"))) for _ in range(2))
    assert one == other
    assert one != list(messages(ESTATE, BEGIN, BEGIN + DAY, Options(seed="8")))
    assert all(a.at <= b.at for a, b in pairwise(one))
    assert 3_000 < len(one) < 20_000


def test_the_faults_have_their_shares() -> None:
    day = list(messages(ESTATE, BEGIN, BEGIN + 3 * DAY, Options(seed="3", heartbeat=None)))
    faults = Counter(sent.fault for sent in day)
    for fault, share in msgspec.structs.asdict(Mix()).items():
        assert share / 4 < faults[fault] / len(day) < 1.5 * share, fault
    undisturbed = messages(ESTATE, BEGIN, BEGIN + DAY, Options(seed="3", mix=NONE))
    assert {sent.fault for sent in undisturbed} == {""}


def test_everything_said_is_understood() -> None:
    """Each message that no fault touched decodes without loss; each broken one is quarantined, never an event."""
    unknown, kinds = [], Counter()
    for sent in messages(ESTATE, BEGIN, BEGIN + DAY, Options(seed="5", trouble=8)):
        raw = RawMessage(topic=sent.topic, payload=sent.payload, received_at=sent.at)
        decoded = decoder().decode(raw, mint=lambda: "e")
        for one in decoded:
            if isinstance(one, Event):
                kinds[one.kind] += 1
                assert one.device == sent.thing
                assert abs((one.at - sent.at).total_seconds()) < (3601 if sent.fault == "late" else 700)
            lossy = isinstance(one, Quarantine) or (
                isinstance(one, Event) and any(f.startswith(("dropped", "field:")) for f in one.flags)
            )
            if lossy and not sent.fault:
                unknown.append((sent.topic, sent.payload[:200], one))
            if sent.fault == "unknown_code":
                assert isinstance(one, Quarantine)
    assert unknown == []
    assert kinds["access.granted"] > 500


@pytest.mark.parametrize("name", list(SITUATIONS))
def test_each_situation_says_what_it_means(name: str) -> None:
    """The facts of a script arrive as exactly these kinds, at its device."""
    script = SITUATIONS[name].write(ESTATE, Random(4), BEGIN + timedelta(hours=10), frozenset())
    assert script is not None
    tongue = Tongue(ESTATE.site, decoder()._context.zone, boot="b")
    things = {thing.id: thing for thing in ESTATE.things}
    said, heard = [], []
    for one in script.said:
        said.append(one.fact.kind)
        for word in tongue.say(things[one.thing], one.fact, one.at):
            raw = RawMessage(topic=word.topic, payload=word.payload, received_at=one.at)
            heard += [e.kind for e in decoder().decode(raw, mint=lambda: "e") if isinstance(e, Event)]
    assert [kind for kind in heard if kind != "device.state"] == [
        kind for kind in said if kind != "device.state"
    ]
    assert script.expects
    assert all(expected.begin < expected.end for expected in script.expects)


def test_no_device_is_in_two_situations_at_once() -> None:
    scripts = troubles(ESTATE, BEGIN, BEGIN + 3 * DAY, Options(seed="2", trouble=30))
    assert len(scripts) > 60
    for device in {device for script in scripts for device in script.devices}:
        own = [script for script in scripts if device in script.devices]
        for earlier, later in pairwise(own):
            assert later.said[0].at > earlier.end


def test_the_show_opens_calmly_within_a_minute_and_goes_on() -> None:
    scripts = programme(ESTATE, BEGIN, BEGIN + timedelta(hours=2), seed="1", pause=150)
    starts = [(script.said[0].at - BEGIN).total_seconds() for script in scripts]
    assert 1 <= sum(start <= 60 for start in starts) <= 2
    assert not {script.name for script in scripts if (script.said[0].at - BEGIN).total_seconds() < 200} & {
        "smoke",
        "sos",
    }
    assert len(scripts) > 25
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert max(gaps) < 900


def test_history_is_in_order_and_leaves_the_end_alone() -> None:
    until = BEGIN + DAY
    items = list(history(ESTATE, until=until, days=1, seed="9"))
    assert all(a[0] <= b[0] for a, b in pairwise(items))
    assert items[-1][0] < until
    turns = [item for _, item in items if isinstance(item, Turn)]
    assert 96 <= len(turns) <= 2_880
    assert turns[0].hands_off == until - timedelta(minutes=20)
    assert sum(isinstance(item, RawMessage) for _, item in items) > 3_000


def test_a_situation_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="already in gateway"):
        situation("smoke", weekly=1)(lambda *_: None)


@pytest.mark.parametrize("hour", [2, 9, 15, 22])
def test_the_demo_opens_without_a_flood(hour: int) -> None:
    """What the end of the history and the opening of the show owe stays well below what one person can handle."""
    start = BEGIN + timedelta(hours=hour)
    scripts = [
        *finale(ESTATE, start, {}, "1"),
        *programme(ESTATE, start, start + timedelta(hours=1), seed="1", pause=PAUSE_S),
    ]
    owed = sorted(expected.begin for script in scripts for expected in script.expects)
    for at in owed:
        assert sum(at - timedelta(minutes=10) < other <= at for other in owed) <= FLOOD - 3


def test_whatever_is_put_into_a_locker_is_taken_out_within_a_day() -> None:
    put, taken = {}, {}
    for said in ordinary(ESTATE, BEGIN, BEGIN + 2 * DAY, seed="1"):
        for kind, found in (("parcel.deposited", put), ("parcel.collected", taken)):
            if said.fact.kind == kind:
                found[said.fact.data["parcel"]] = said.at
    early = [parcel for parcel, at in put.items() if at < BEGIN + DAY]
    assert len(early) > 15
    assert all(timedelta(0) < taken[parcel] - put[parcel] < DAY for parcel in early)
