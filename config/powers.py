"""Powers 授权: what one authority lets another's windows do for it, by whose hands, from when to when, by which agreement. Typed, checked when loaded.

A jurisdiction's file holds what it grants to others. What no power names is not allowed; a power never lets a host decide.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.calendar import BEIJING, beijing
from config.catalogue import Catalogue
from config.jurisdiction import Jurisdictions
from config.problem import BadConfiguration, Problem
from config.strict import TomlText
from config.text import HERE, Code, read_folder

Act = Literal["accept-papers", "take-up", "one-time-notice", "verify-original", "deliver-outcome"]
"""收件, 受理, 一次性告知, 原件核验, 结果送达. `take-up` is for a host's staffed windows: nothing in a remote visit asks for it, since there the
home's own clerk takes up."""
Hand = Literal["kiosk", "clerk", "helper"]
"""By whom a grantee does it: at one of its kiosks in a remote visit; or at one of its staffed windows, by a clerk or by a local helper."""
All = Literal["all"]
Agreement = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")]

NOT_BY_A_HELPER: dict[Act, str] = {"take-up": "a helper decides nothing", "verify-original": "a helper certifies nothing"}
CENTURY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""The days on which a power is compared with the catalogue: an open one has no last."""


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a grantor's file."""

    grantee: Code
    """The host jurisdiction."""
    act: Act
    services: All | list[Code]
    """Of the grantor; `all` are also those that it will have later."""
    agreement: Agreement
    """Number of the agreement between the authorities."""
    valid_from: dt.date
    valid_to: dt.date | None = None
    """Last day; None: open."""
    site: All | list[Code] = "all"
    """`all` windows of the grantee, or these of its kiosks."""
    hands: list[Hand] = msgspec.field(default_factory=lambda: ["kiosk"])
    """Each of them by itself: what a kiosk may is not therefore a helper's to do."""
    sample: bool = False
    """Sample data: no public source names such a grant."""

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is valid on that day in Beijing."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Power(Grant, frozen=True, kw_only=True):
    """A grant with who granted it."""

    grantor: Code
    """The home jurisdiction."""


class GrantFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: what one jurisdiction grants."""

    grantor: Code
    powers: list[Grant]


class Powers:
    """All powers. `at` is seconds since 1970-01-01 UTC; a power begins and ends at midnight in Beijing."""

    def __init__(self, powers: Iterable[Power], jurisdictions: Jurisdictions, catalogue: Catalogue) -> None:
        self._powers = tuple(powers)
        self._jurisdictions, self._catalogue = jurisdictions, catalogue

    def granted(self, act: Act, grantor: str, grantee: str, service: str, kiosk: str | None, at: float, hand: Hand = "kiosk") -> Power | None:
        """The power by which a window of `grantee` may do this for `grantor` by this hand; None: it may not.

        `kiosk` is where a kiosk does it, None at a staffed window, which is no kiosk. A kiosk of another jurisdiction, a service of
        another home and a service that is not in the catalogue on that day have no power.
        """
        offer = self._catalogue.service(service, at)
        if offer is None or offer.home != grantor or not self._stands_at(kiosk, grantee, hand):
            return None
        return next(
            (
                each
                for each in self.of(grantee, at)
                if (each.act, each.grantor) == (act, grantor)
                and hand in each.hands
                and (each.services == "all" or service in each.services)
                and (each.site == "all" or kiosk in each.site)
            ),
            None,
        )

    @property
    def every(self) -> tuple[Power, ...]:
        """All of them, also those that are over or do not hold yet, in the order of the files."""
        return self._powers

    def of(self, grantee: str, at: float) -> list[Power]:
        """What `grantee` may do for others at `at`, in the order of the files."""
        day = beijing(at).date()
        return [each for each in self._powers if each.grantee == grantee and each.holds_on(day)]

    def _stands_at(self, kiosk: str | None, grantee: str, hand: Hand) -> bool:
        if kiosk is None or hand != "kiosk":
            return kiosk is None and hand != "kiosk"
        found = self._jurisdictions.kiosk(kiosk)
        return found is not None and found[0].code == grantee


def load_powers(jurisdictions: Jurisdictions, catalogue: Catalogue, folder: Path = HERE) -> Powers:
    """The powers out of `folder` (`powers/*.toml`). Raises BadConfiguration `bad-powers` with every mistake."""
    files, problems = read_folder(folder / "powers", GrantFile)
    for text, file in files:
        if Path(text.file).stem != file.grantor:
            problems.append(text.problem(("grantor",), f"is {file.grantor} in a file of another name"))
        if not file.powers:
            problems.append(text.problem(("powers",), "names no power"))
        if file.grantor not in jurisdictions:
            problems.append(text.problem(("grantor",), f"{file.grantor} is no jurisdiction", _known(jurisdictions)))
        for i, grant in enumerate(file.powers):
            found = itertools.chain(
                _grantee_mistakes(file.grantor, grant, jurisdictions), _hand_mistakes(grant), _date_mistakes(grant),
                _service_mistakes(file.grantor, grant, catalogue),
            )  # fmt: skip
            problems += [text.problem(("powers", i, *at), reason, allowed) for at, reason, allowed in found]
        problems += _given_twice(text, file)
    if problems:
        raise BadConfiguration("bad-powers", problems)
    powers = [Power(grantor=file.grantor, **msgspec.structs.asdict(grant)) for _, file in files for grant in file.powers]
    return Powers(powers, jurisdictions, catalogue)


Mistake = tuple[tuple[str | int, ...], str, str]
"""Where in the entry, the reason, what is allowed."""


def _grantee_mistakes(grantor: str, grant: Grant, jurisdictions: Jurisdictions) -> Iterator[Mistake]:
    if grant.grantee == grantor:
        yield ("grantee",), "nobody grants a power to itself", ""
    elif grant.grantee not in jurisdictions:
        yield ("grantee",), f"{grant.grantee} is no jurisdiction", _known(jurisdictions)
    if grant.site == "all":
        return
    yield from _list_mistakes("site", grant.site, "kiosk")
    if grant.grantee in jurisdictions:
        kiosks = [kiosk.id for kiosk in jurisdictions[grant.grantee].kiosks]
        for i, kiosk in enumerate(grant.site):
            if kiosk not in kiosks and kiosk != "all":
                yield ("site", i), f"{kiosk} is no kiosk of {grant.grantee}", "known: " + ", ".join(kiosks)


def _hand_mistakes(grant: Grant) -> Iterator[Mistake]:
    if not grant.hands:
        yield ("hands",), "names no hand", "kiosk, clerk, helper"
    for i, hand in enumerate(grant.hands):
        if hand in grant.hands[:i]:
            yield ("hands", i), f"{hand} is named twice", ""
        elif hand == "helper" and grant.act in NOT_BY_A_HELPER:
            yield ("hands", i), f"{NOT_BY_A_HELPER[grant.act]}: {grant.act} is not by a helper", ""
        elif hand != "kiosk" and grant.site != "all":
            yield ("hands", i), f"a {hand}'s staffed window is no kiosk", 'site = "all"'


def _service_mistakes(grantor: str, grant: Grant, catalogue: Catalogue) -> Iterator[Mistake]:
    if grant.services == "all":
        return
    yield from _list_mistakes("services", grant.services, "service")
    for i, service in enumerate(grant.services):
        if service != "all" and not list(_date_mistakes(grant)) and not _had(catalogue, grantor, service, grant):
            yield ("services", i), f"{service} is no service of {grantor} while the power holds", ""


def _list_mistakes(key: str, codes: list[str], what: str) -> Iterator[Mistake]:
    if not codes:
        yield (key,), f"names no {what}", f'{what}s, or "all"'
    for i, code in enumerate(codes):
        if code == "all":
            yield (key, i), f'all of them is {key} = "all", not one of a list', ""
        elif code in codes[:i]:
            yield (key, i), f"{code} is named twice", ""


def _date_mistakes(grant: Grant) -> Iterator[Mistake]:
    if grant.valid_to is not None and grant.valid_to < grant.valid_from:
        yield ("valid_to",), "is before valid_from", ""


def _had(catalogue: Catalogue, home: str, service: str, grant: Grant) -> bool:
    """Whether it was a service of `home` on some day of the power: a service may begin after the power, and end before it."""
    first, last = max(grant.valid_from, CENTURY[0]), min(grant.valid_to or CENTURY[1], CENTURY[1])
    noon = dt.datetime.combine(first, dt.time(12), BEIJING).timestamp()
    offers = (catalogue.service(service, noon + n * 86_400) for n in range((last - first).days + 1))  # every day in Beijing is as long
    return any(offer is not None and offer.home == home for offer in offers)


def _given_twice(text: TomlText, file: GrantFile) -> Iterator[Problem]:
    """On any day, at any window and by any hand, one power at most says that something may be done: so the ledger can name it."""
    for i, later in enumerate(file.powers):
        for j, earlier in enumerate(file.powers[:i]):
            if later == earlier:
                yield text.problem(("powers", i), f"is the same as powers[{j}]")
            elif (later.grantee, later.act) == (earlier.grantee, earlier.act) and all(
                (
                    _share_a_day(later, earlier), _share(later.services, earlier.services), _share(later.site, earlier.site),
                    not set(later.hands).isdisjoint(earlier.hands),
                )
            ):  # fmt: skip
                yield text.problem(("powers", i, "valid_from"), f"powers[{j}] already gives {later.grantee} {later.act} then, for a service and a window of this one")


def _share_a_day(one: Grant, other: Grant) -> bool:
    return max(one.valid_from, other.valid_from) <= min(one.valid_to or dt.date.max, other.valid_to or dt.date.max)


def _share(one: All | list[str], other: All | list[str]) -> bool:
    return one == "all" or other == "all" or not set(one).isdisjoint(other)


def _known(jurisdictions: Jurisdictions) -> str:
    return "known: " + ", ".join(jurisdictions)
