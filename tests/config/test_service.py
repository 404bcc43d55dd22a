"""One entry of the catalogue: the version's name, its days, and who may ask for it, however the file says it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from config.eligibility import ANYBODY, Eligibility
from config.service import Service, is_valid

PLAIN: dict[str, Any] = {
    "code": "jinshan-newborn", "name": {"zh-CN": "新生儿", "en": "Newborn"}, "life_event": "birth", "offered_at": ["haiyan"], "channel": "remote-window",
    "mode": "guided-online", "identity_level": "card-seen", "person": "agent-allowed", "working_days": 5, "fee": {"yuan": 0}, "delivery": ["post"],
    "minutes": 30, "materials": [], "consents": ["recording"], "valid_from": dt.date(2026, 1, 1), "result": {"zh-CN": "受理", "en": "Taken up"},
}  # fmt: skip
ASKED = {"id": "there", "text": {"zh-CN": "在吗？", "en": "There?"}, "needed": True, "otherwise": {"zh-CN": "别处", "en": "Elsewhere"}}
RULES = {
    "questions": [{"id": "there", "text": ASKED["text"]}],
    "rules": [
        {"kind": "staffed-window", "reason": ASKED["otherwise"], "when": {"question": "there", "is": "no"}},
        {"kind": "go-on", "reason": {"zh-CN": "来", "en": "Come"}},
    ],
}


def service(**more: Any) -> Service:
    return msgspec.convert(PLAIN | more, Service)


def test_whoever_asks_gets_rules_whether_the_file_is_short_or_long_or_silent() -> None:
    assert service().rules is ANYBODY
    short, long = service(questions=[ASKED]), service(eligibility=RULES)
    assert isinstance(short.rules, Eligibility) and long.rules is long.eligibility
    assert short.rules.questions == long.rules.questions and short.rules.rules[0] == long.rules.rules[0]


def test_a_version_is_named_by_its_first_day_and_valid_to_its_last() -> None:
    one = service(valid_to=dt.date(2026, 3, 31))
    assert one.version == "2026-01-01"
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 3, 31), dt.date(2026, 4, 1)]
    assert [is_valid(one, day) for day in days] == [False, True, True, False]
    assert is_valid(service(), dt.date(2099, 1, 1))
