"""The rules about people, as laws: whatever is changed, somebody can administrate and the duties stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.people_rules import DECIDES, mistakes
from gateway.response.model import Person

ROLES = [*sorted(DECIDES), "administrator", "auditor", "resident"]
people = st.builds(
    Person,
    id=st.sampled_from(["an", "bo", "ci"]),
    name=st.just("x"),
    roles=st.lists(st.sampled_from(ROLES), max_size=4, unique=True).map(tuple),
    active=st.booleans(),
)


@given(people, people, st.sampled_from(["an", "bo", "ci"]), st.sets(st.sampled_from(["an", "bo", "ci"])))
def test_what_is_accepted_keeps_the_duties_apart_and_an_administrator_in(before, after, by, administrators):
    after = Person(id=before.id, name=after.name, roles=after.roles, active=after.active)
    if mistakes(after, before=before, by=by, administrators=administrators):
        return
    roles = set(after.roles)
    assert roles
    assert not ("administrator" in roles and roles & DECIDES)
    assert "auditor" not in roles or roles <= {"auditor", "resident"}
    if by == before.id:
        assert roles == set(before.roles)
    left = administrators - {after.id} | ({after.id} if after.active and "administrator" in roles else set())
    assert left or not administrators


@pytest.mark.parametrize("name", ["A", "a", "-ab", "a b", "system", "shell", "张三", "a" * 41, "../x", "a/b"])
def test_odd_login_names_are_refused(name):
    found = mistakes(Person(id=name, name="x", roles=("guard",)), before=None, by="an", administrators=["an"])
    assert [each.path for each in found] == ["id"]


@pytest.mark.parametrize("name", ["wang", "wang.qiang", "w-2", "zhang_san"])
def test_plain_ones_are_taken(name):
    person = Person(id=name, name="x", roles=("guard",))
    assert mistakes(person, before=None, by="an", administrators=["an"]) == []


def test_every_mistake_comes_in_both_languages():
    bad = Person(id="an", name="x", roles=("administrator", "guard", "auditor"), active=False)
    found = mistakes(
        bad, before=Person(id="an", name="x", roles=("administrator",)), by="an", administrators=["an"]
    )
    assert len(found) == 5
    for each in found:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in each.zh)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in each.en)
