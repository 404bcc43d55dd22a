"""Administration: which of the three administrators may do what, what nobody may, and how it stands on the record. Pure.

三员分立: the system administrator runs machines, the security administrator gives people what they may do, the audit administrator
reads what both did and can change nothing. A login has one role. Each acts in their own jurisdiction only (docs/roles.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from signaling.domain.people import Person, Role
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, NotNow

Act = Literal[
    "people-list", "people-add", "people-role", "people-skills", "people-password", "people-disable", "people-enable", "people-logout",
    "keys-make", "keys-rotate", "kiosks-enrol", "kiosks-revoke", "handovers-again", "record-list",
]  # fmt: skip

MAY: dict[Act, tuple[Role, ...]] = {
    "people-list": ("security-administrator", "audit-administrator"),
    "people-add": ("security-administrator",),
    "people-role": ("security-administrator",),
    "people-skills": ("security-administrator",),
    "people-password": ("security-administrator",),
    "people-disable": ("security-administrator",),
    "people-enable": ("security-administrator",),
    "people-logout": ("security-administrator",),
    "keys-make": ("security-administrator",),
    "keys-rotate": ("security-administrator",),
    "kiosks-enrol": ("system-administrator",),
    "kiosks-revoke": ("system-administrator",),
    "handovers-again": ("system-administrator",),
    "record-list": ("audit-administrator",),
}
"""Act → who may; what is not in the table is refused."""

OPERATOR = "operator:local"
"""Whoever types at the server's own machine, in a record: nobody has shown who they are."""


REFUSED = "access-refused"
"""What an entry is called that tells of a refusal by the one policy, on a record as in a session's ledger."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry of a jurisdiction's record: who did what. `body` holds ids and codes only, never a name or a free text."""

    jurisdiction: str
    actor: str
    what: str
    body: Mapping[str, Any] = field(default_factory=dict)


def refusal(who: Actor, act: str, code: str) -> Deed:
    """That the one policy (`permissions`) refused `act`, a route or a message of its table, where it was about no session that there is."""
    return Deed(who.jurisdiction, who.name, REFUSED, {"act": act, "code": code, "kind": who.kind})


def may_administer(who: Actor, act: str, jurisdiction: str) -> None:
    """Raises `NotAllowed` unless `who` may do `act` for `jurisdiction`."""
    allowed = next((roles for known, roles in MAY.items() if known == act), ())
    if who.kind not in allowed:
        raise NotAllowed(f"{act.replace('-', ' ')} is for the {' or the '.join(allowed) or 'nobody'}; {who.id} is {who.kind}")
    if who.jurisdiction != jurisdiction:
        raise NotAllowed(f"{who.id} is of {who.jurisdiction}, not of {jurisdiction}")


def check_change(who: Actor, before: Person, after: Person, others: int) -> None:
    """Whether `who` may make `after` of `before`; `others` is how many other active security administrators the jurisdiction has.

    Raises `NotNow` `last-security-administrator`, `NotAllowed` `own-rights`.
    """
    if guards(before) and not guards(after) and others == 0:
        raise NotNow(f"nobody of {before.jurisdiction} could let anybody in any more: add another security administrator first", code="last-security-administrator")
    if who.id == before.login and before != after:
        raise NotAllowed("nobody changes their own rights: another security administrator does", code="own-rights")


def guards(person: Person) -> bool:
    """Whether they are one of those who can let others in."""
    return person.active and person.role == "security-administrator"
