"""A reader sees one moment: what is committed while it reads belongs to the next one."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import incidents, timeline
from tests.gateway.response.office import Office


def test_a_reader_sees_one_moment_and_a_walk_of_the_chain_beside_a_writer_finds_nothing_bad(tmp_path):
    office = Office(tmp_path)
    office.say("gate-n1", "access.forced")
    count = sa.select(sa.func.count())
    with office.store.read() as connection:
        before = connection.execute(count.select_from(timeline)).scalar_one()
        office.say("sos-9", "access.forced")
        assert connection.execute(count.select_from(timeline)).scalar_one() == before
        assert connection.execute(count.select_from(incidents)).scalar_one() == 1
    with office.store.read() as connection:
        assert connection.execute(count.select_from(incidents)).scalar_one() == 2
    assert office.store.verify() is None
    office.store.close()
