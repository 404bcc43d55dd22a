"""`virtual-window admin services …`: what each home decides, in which version, until when, by which rules. Needs no server and no store."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from config.catalogue import Offer
from config.clock import SystemClock
from config.eligibility import Condition, Eligibility
from config.library import Library, load_library
from config.service import Fee, Service, is_valid
from config.text import HERE
from signaling.admin_days import chosen_day, noon, with_day
from signaling.admin_desk import Verbs, known_jurisdiction, with_json
from signaling.admin_print import answer, answer_facts, answer_json, answer_table, both, named
from signaling.domain.refusals import Refusal


def add_to(verbs: Verbs) -> None:
    """The verbs of `admin services`."""
    for name, command, text in (
        ("list", list_services, "list services: home, version in force on a day, until when, where offered, form"),
        ("show", show, "show a service: version in force on a day and the others, materials, rules, form"),
    ):
        verb = with_day(with_json(verbs.add_parser(name, help=text, description=text)))
        verb.set_defaults(plain_command=command)
    verbs.choices["list"].add_argument("--home", metavar="CODE", help="of this jurisdiction only")
    verbs.choices["show"].add_argument("code")


def list_services(arguments: argparse.Namespace) -> None:
    library, day = load_library(HERE), chosen_day(arguments, SystemClock())
    if arguments.home is not None:
        known_jurisdiction(library.jurisdictions, arguments.home)
    offers = [offer for code in library.jurisdictions if arguments.home in (None, code) for offer in library.catalogue.of_home(code, noon(day))]
    if arguments.json:
        answer_json({"day": day.isoformat(), "services": [_row(offer) for offer in offers]})
        return
    answer_table(
        ("service", "home", "version", "until", "offered at", "days", "form", "name"),
        [
            (o.service.code, o.home, o.service.version, _until(o.service), ", ".join(o.service.offered_at), str(o.service.working_days), o.service.form or "", o.service.name.zh)
            for o in offers
        ],
    )


def show(arguments: argparse.Namespace) -> None:
    library, day = load_library(HERE), chosen_day(arguments, SystemClock())
    versions = library.catalogue.versions(arguments.code)
    if not versions:
        raise Refusal("unknown-service", arguments.code)
    offer = next((each for each in versions if is_valid(each.service, day)), None)
    if arguments.json:
        answer_json({
            "day": day.isoformat(), "service": None if offer is None else _row(offer) | _details(offer.service, library, noon(day)),
            "versions": [{"version": each.service.version, "until": _last(each.service), "in_force": each is offer} for each in versions],
        })  # fmt: skip
        return
    answer_facts([("service", arguments.code), *(("version", _version(each, each is offer)) for each in versions)])
    if offer is None:
        answer(f"not in force on {day}")
        return
    _print(offer, library, noon(day))


def _print(offer: Offer, library: Library, at: float) -> None:
    service = offer.service
    form = library.forms.form(service.form, at) if service.form else None
    answer_facts([
        ("name", named(service.name)),
        ("home", offer.home),
        ("offered at", ", ".join(service.offered_at)),
        ("how", f"{service.channel}, {service.mode}, {service.person}, identity {service.identity_level}"),
        ("decided within", f"{service.working_days} working days" if service.working_days else "the talk"),
        ("fee", _fee(service.fee)),
        ("result", named(service.result)),
        ("consents", ", ".join(service.consents)),
        ("form", "none" if form is None else f"{form.code} {form.version}, {named(form.title)}"),
        ("basis", "none named" if service.basis is None else named(service.basis)),
        *([("sample data", "its name is none of a public source")] if service.sample else []),
        *(("to bring", f"{named(each.name)} ({each.need})") for each in service.materials),
        *_rules(service.rules),
    ])  # fmt: skip


def _row(offer: Offer) -> dict[str, Any]:
    service = offer.service
    return {
        "service": service.code, "home": offer.home, "version": service.version, "until": _last(service), "name": both(service.name),
        "offered_at": list(service.offered_at), "working_days": service.working_days, "form": service.form, "sample": service.sample,
    }  # fmt: skip


def _details(service: Service, library: Library, at: float) -> dict[str, Any]:
    form = library.forms.form(service.form, at) if service.form else None
    return {
        "life_event": service.life_event, "channel": service.channel, "mode": service.mode, "identity_level": service.identity_level,
        "person": service.person, "fee": msgspec.to_builtins(service.fee), "delivery": list(service.delivery), "minutes": service.minutes,
        "materials": [{"name": both(each.name), "need": each.need} for each in service.materials], "consents": list(service.consents),
        "result": both(service.result), "basis": None if service.basis is None else both(service.basis), "retention_days": service.retention_days,
        "rules": msgspec.to_builtins(service.rules), "form_version": None if form is None else form.version,
    }  # fmt: skip


def _rules(rules: Eligibility) -> list[tuple[str, str]]:
    asked = [("asks", f"{each.id}: {each.text.zh} ({' / '.join(each.answers)})") for each in rules.questions]
    return asked + [("rule", f"{'otherwise' if rule.when is None else words(rule.when)} → {rule.kind}: {rule.reason.zh}") for rule in rules.rules]


def words(condition: Condition) -> str:
    """A condition as one says it."""
    if condition.question is not None:
        return f"{condition.question} is {' or '.join(condition.values)}"
    if condition.all_of is not None:
        return "(" + " and ".join(map(words, condition.all_of)) + ")"
    if condition.any_of is not None:
        return "(" + " or ".join(map(words, condition.any_of)) + ")"
    assert condition.negated is not None
    return f"not {words(condition.negated)}"


def _fee(fee: Fee) -> str:
    amount = "free" if fee.yuan == 0 and fee.up_to is None else f"{fee.yuan} yuan" if fee.up_to is None else f"{fee.yuan} to {fee.up_to} yuan"
    return amount if fee.note is None else f"{amount}, {named(fee.note)}"


def _last(service: Service) -> str | None:
    return None if service.valid_to is None else service.valid_to.isoformat()


def _until(service: Service) -> str:
    return _last(service) or "open"


def _version(offer: Offer, in_force: bool) -> str:
    return f"{offer.service.version} until {_until(offer.service)}" + (", in force" if in_force else "")
