"""Three administrators: every act × every actor against a second reading, and what nobody may whatever their role."""

from __future__ import annotations

from itertools import product
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from signaling.domain.administration import MAY, Act, check_change, guards, may_administer
from signaling.domain.people import ROLES, Person, Role
from signaling.domain.permissions import Actor, ActorKind
from signaling.domain.refusals import NotAllowed, NotNow, Refusal

# The second reading.
PEOPLES_AFFAIRS = {"people-add", "people-role", "people-skills", "people-password", "people-disable", "people-enable", "people-logout", "keys-make", "keys-rotate"}
MACHINES = {"kiosks-enrol", "kiosks-revoke", "handovers-again"}
READING = {"record-list"}


def expected(kind: ActorKind, act: str) -> bool:
    if act == "people-list":
        return kind in ("security-administrator", "audit-administrator")
    return (kind, act in PEOPLES_AFFAIRS, act in MACHINES, act in READING) in {
        ("security-administrator", True, False, False), ("system-administrator", False, True, False), ("audit-administrator", False, False, True),
    }  # fmt: skip


def allowed(who: Actor, act: str, jurisdiction: str) -> bool:
    try:
        may_administer(who, act, jurisdiction)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("kind", get_args(ActorKind))
def test_who_may_do_what(kind: ActorKind) -> None:
    for act in (*get_args(Act), "people-delete", ""):
        assert allowed(Actor(kind, "zhao", "haiyan"), act, "haiyan") == expected(kind, act), act
        assert not allowed(Actor(kind, "zhao", "haiyan"), act, "jinshan"), "each in their own jurisdiction"


def test_every_act_has_its_rule_and_no_role_may_both_act_and_read_what_was_done() -> None:
    assert set(MAY) == set(get_args(Act))
    changing: dict[Role, set[str]] = {role: {act for act, roles in MAY.items() if role in roles and act not in ("people-list", "record-list")} for role in ROLES}
    assert not changing["audit-administrator"], "the audit administrator changes nothing"
    for one, other in product(ROLES, ROLES):
        assert one == other or not changing[one] & changing[other], "nobody does another's work"
    assert {role for role in ROLES if changing[role]}.isdisjoint(MAY["record-list"])


def person(**more: object) -> Person:
    return msgspec.structs.replace(Person("zhao", "赵敏", "security-administrator", "haiyan"), **more)


@pytest.mark.parametrize("after", [person(active=False), person(role="clerk")])
def test_the_last_who_can_let_others_in_stays(after: Person) -> None:
    for who in ("zhao", "qian"):
        with pytest.raises(NotNow) as refused:
            check_change(Actor("security-administrator", who, "haiyan"), person(), after, 0)
        assert refused.value.code == "last-security-administrator"
    check_change(Actor("security-administrator", "qian", "haiyan"), person(), after, 1)


persons = some.builds(
    Person, some.sampled_from(("zhao", "qian", "li")), some.just("x"), some.sampled_from(ROLES), some.just("haiyan"),
    some.sampled_from(((), ("a",), ("a", "b"))), some.booleans(),
)  # fmt: skip


@given(persons, persons, some.integers(0, 3), some.sampled_from(("zhao", "qian", "li")))
def test_no_change_leaves_nobody_and_nobody_changes_themselves(before: Person, after: Person, others: int, who: str) -> None:
    after = msgspec.structs.replace(after, login=before.login)
    try:
        check_change(Actor("security-administrator", who, "haiyan"), before, after, others)
    except Refusal as refused:
        assert refused.code in ("last-security-administrator", "own-rights")
        assert before != after
        return
    assert before == after or who != before.login
    assert not guards(before) or others + guards(after) > 0
