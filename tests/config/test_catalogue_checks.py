"""What a mistake in the catalogue says: the file, the very line, and why; all of them at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.catalogue import load_catalogue
from config.forms import load_forms
from config.jurisdiction import load_jurisdictions
from config.problem import BadConfiguration
from config.text import HERE

JURISDICTIONS = load_jurisdictions()
FORMS = load_forms()

FILE = """\
home = "jinshan"

[[services]]
code = "jinshan-newborn"
name = { zh-CN = "新生儿", en = "Newborn" }
life_event = "birth"
offered_at = ["haiyan"]
channel = "remote-window"
mode = "guided-online"
form = "general-application"
identity_level = "card-seen"
person = "agent-allowed"
working_days = 5
fee = { yuan = 10, up_to = 20, note = { zh-CN = "看情况", en = "It depends" } }
delivery = ["electronic", "post"]
minutes = 30
consents = ["recording", "identity-check"]
valid_from = 2026-01-01
valid_to = 2027-12-31
popular = 4
sample = true
result = { zh-CN = "受理", en = "Taken up" }
materials = [
  { name = { zh-CN = "身份证", en = "Identity card" } },
  { name = { zh-CN = "户口簿", en = "Household register" }, need = "may-follow" },
]

[[services.questions]]
id = "child-household"
text = { zh-CN = "落户吗？", en = "Registered?" }
needed = true
otherwise = { zh-CN = "请到别处", en = "Elsewhere" }

[[services]]
code = "jinshan-card"
name = { zh-CN = "证件", en = "Card" }
life_event = "identity"
offered_at = ["haiyan", "pinghu"]
channel = "self-service"
mode = "guided-appointment"
identity_level = "card-read"
person = "in-person"
working_days = 3
fee = { yuan = 0 }
delivery = ["collect-nearby"]
minutes = 15
consents = ["recording", "identity-check", "papers-to-home"]
valid_from = 2026-02-01
popular = 5
basis = { zh-CN = "规定", en = "Rules" }
result = { zh-CN = "发证", en = "The card" }
materials = []

[services.eligibility]

[[services.eligibility.questions]]
id = "there"
text = { zh-CN = "在金山吗？", en = "In Jinshan?" }

[[services.eligibility.questions]]
id = "where"
text = { zh-CN = "在哪里？", en = "Where?" }
options = [
  { code = "near", label = { zh-CN = "近", en = "Near" } },
  { code = "far", label = { zh-CN = "远", en = "Far" } },
]

[[services.eligibility.rules]]
kind = "go-on"
when = { question = "there", is = "yes" }
reason = { zh-CN = "可以", en = "Here" }

[[services.eligibility.rules]]
kind = "go-on-bring"
when = { all = [{ question = "where", in = ["near"] }, { not = { question = "there", is = "yes" } }] }
reason = { zh-CN = "带证", en = "With a permit" }
bring = [{ zh-CN = "居住证", en = "Permit" }]

[[services.eligibility.rules]]
kind = "not-possible"
reason = { zh-CN = "不行", en = "No" }
"""
BEGIN_RULES = FILE.index("[[services.eligibility.rules]]")
BEGIN_CARD = FILE.index("[[services]]\ncode = \"jinshan-card\"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Jinshan's file is written here; the two others have one service each."""
    shutil.copytree(HERE / "consents", tmp_path / "consents")
    shutil.copy(HERE / "life_events.toml", tmp_path)
    (tmp_path / "services").mkdir()
    for home, host in (("haiyan", "jinshan"), ("pinghu", "haiyan")):
        text = FILE[:BEGIN_CARD].replace('["haiyan"]', f'["{host}"]').replace('home = "jinshan"', f'home = "{home}"').replace("jinshan-newborn", f"{home}-newborn")
        (tmp_path / "services" / f"{home}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def told(folder: Path, text: str, name: str = "services/jinshan.toml") -> list[tuple[int, str]]:
    """Line (0: none) and sentence of each mistake; all of them stand in this file."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfiguration) as caught:
        load_catalogue(folder, JURISDICTIONS, FORMS)
    assert caught.value.code == "bad-catalogue"
    assert {problem.file for problem in caught.value.problems} == {str(file)}
    return [(problem.line or 0, str(problem).partition(" ")[2]) for problem in caught.value.problems]


def put(old: str, new: str) -> Callable[[str], str]:
    """In the first service."""
    return lambda text: text.replace(old, new, 1)


def card(old: str, new: str) -> Callable[[str], str]:
    """In the second one."""
    return lambda text: text[:BEGIN_CARD] + text[BEGIN_CARD:].replace(old, new, 1)


def rule(old: str, new: str) -> Callable[[str], str]:
    """In the rules of the second one."""
    return lambda text: text[:BEGIN_RULES] + text[BEGIN_RULES:].replace(old, new, 1)


def again(old: str = "", new: str = "") -> Callable[[str], str]:
    """The first service once more, like the first but for this."""
    return lambda text: text + "\n" + text[text.index("[[services]]") : BEGIN_CARD].replace(old, new, 1)


MISTAKES: list[tuple[Callable[[str], str], str, str]] = [
    # The file and who decides.
    (put('home = "jinshan"\n', ""), "", "home: is missing"),
    (put('home = "jinshan"', 'home = "jinshen"'), "home", "home: jinshen is no jurisdiction (known: haiyan, jinshan, pinghu)"),
    (put('home = "jinshan"', 'home = "pinghu"'), "home", "home: is pinghu in a file of another name"),
    (put('home = "jinshan"', 'home = "jinshan'), "home", "Illegal character"),
    (lambda _: 'home = "jinshan"\nservices = []\n', "services", "services: Expected `array` of length >= 1"),
    (lambda text: text.replace("[services", "[servics"), "[[servics]]", "servics: is not known (did you mean services?"),
    # One entry: a key that is missing, unknown, of another kind, or outside its bounds.
    (put('code = "jinshan-newborn"\n', ""), "[[services]]", "services[0].code: is missing"),
    (put("jinshan-newborn", "Jinshan Newborn"), 'code = "Jinshan', "services[0].code: Expected `str` matching regex"),
    (put('"新生儿", en', '"新生儿", eng'), "name", "services[0].name.eng: is not known (did you mean en?"),
    (put('zh-CN = "新生儿", ', ""), "name", "services[0].name.zh-CN: is missing"),
    (put('en = "Newborn"', 'en = ""'), "name", "services[0].name.en: Expected `str` of length >= 1"),
    (put('life_event = "birth"', 'life_event = "brith"'), 'life_event = "brith"', "services[0].life_event: brith is no life event (known: birth, education,"),
    (put('channel = "remote-window"', 'channel = "telephone"'), "channel", "services[0].channel: Invalid enum value 'telephone'"),
    (put('mode = "guided-online"', 'mode = "remote"'), 'mode = "remote"', "services[0].mode: Invalid enum value 'remote'"),
    (put('"card-seen"', '"known"'), 'identity_level = "known"', "services[0].identity_level: Invalid enum value 'known'"),
    (put('person = "agent-allowed"', 'person = "anybody"'), 'person = "anybody"', "services[0].person: Invalid enum value 'anybody'"),
    (put("working_days = 5", "working_days = 91"), "working_days = 91", "services[0].working_days: Expected `int` <= 90, not 91"),
    (put("working_days = 5", 'working_days = "5"'), "working_days", "services[0].working_days: Expected `int`, got `str`"),
    (put("minutes = 30", "minutes = 0"), "minutes = 0", "services[0].minutes: Expected `int` >= 1, not 0"),
    (put("minutes =", "minuts ="), "minuts", "services[0].minuts: is not known (did you mean minutes?"),
    (put("valid_from = 2026-01-01", 'valid_from = "soon"'), 'valid_from = "soon"', "services[0].valid_from: Invalid RFC3339"),
    (put("popular = 4", "popular = 101"), "popular = 101", "services[0].popular: Expected `int` <= 100"),
    (put('need = "may-follow"', 'need = "later"'), "{ name = { zh-CN = \"户口簿\"", "services[0].materials[1].need: Invalid enum value 'later'"),
    (put('result = { zh-CN = "受理", en = "Taken up" }\n', ""), "[[services]]", "services[0].result: is missing"),
    # What it costs and how the outcome arrives.
    (put("fee = { yuan = 10, up_to = 20, note = { zh-CN = \"看情况\", en = \"It depends\" } }\n", ""), "[[services]]", "services[0].fee: is missing"),
    (put("yuan = 10", "yuan = -1"), "fee", "services[0].fee.yuan: Expected `int` >= 0, not -1"),
    (put("up_to = 20", "up_to = 10"), "fee", "services[0].fee.up_to: is not above 10"),
    (put(', note = { zh-CN = "看情况", en = "It depends" }', ""), "fee", "services[0].fee: does not say on what it depends (a note)"),
    (put('["electronic", "post"]', '["pigeon"]'), "delivery", "services[0].delivery[0]: Invalid enum value 'pigeon'"),
    (put('["electronic", "post"]', "[]"), "delivery", "services[0].delivery: Expected `array` of length >= 1"),
    (put("minutes = 30\n", "minutes = 30\nparties = { least = 3, most = 2 }\n"), "parties", "services[0].parties.least: is above 2, the most"),
    (put("minutes = 30\n", "minutes = 30\nparties = { least = 0, most = 2 }\n"), "parties", "services[0].parties.least: Expected `int` >= 1"),
    (put("minutes = 30\n", "minutes = 30\nparties = { least = 1, most = 5 }\n"), "parties", "services[0].parties.most: Expected `int` <= 4"),
    (put('["electronic", "post"]', '["post", "post"]'), "delivery", "services[0].delivery[1]: post is named twice"),
    # Where it may be asked for, and with what.
    (put('offered_at = ["haiyan"]', "offered_at = []"), "offered_at", "services[0].offered_at: Expected `array` of length >= 1"),
    (put('offered_at = ["haiyan"]', 'offered_at = ["jinshan"]'), "offered_at", "services[0].offered_at[0]: jinshan is its own home, and no other jurisdiction"),
    (put('offered_at = ["haiyan"]', 'offered_at = ["hangzhou"]'), "offered_at", "services[0].offered_at[0]: hangzhou is no jurisdiction (known: haiyan, jinshan, pinghu)"),
    (put('offered_at = ["haiyan"]', 'offered_at = ["haiyan", "haiyan"]'), "offered_at", "services[0].offered_at[1]: haiyan is named twice"),
    (put("general-application", "no-such-form"), "form", "services[0].form: no-such-form is no form"),
    (put("valid_from = 2026-01-01", "valid_from = 2025-01-01"), "form", "services[0].form: general-application has no version on the first or the last day of this one"),
    (put('"身份证", en = "Identity card"', '"户口簿", en = "Household register"'), "{ name = { zh-CN = \"户口簿\"", "services[0].materials[1]: stands there twice"),
    (put('["recording", "identity-check"]', '["recroding", "identity-check"]'), "consents", "services[0].consents[0]: Invalid enum value 'recroding'"),
    (put('["recording", "identity-check"]', '["identity-check"]'), "consents", "services[0].consents: does not ask for the recording (every talk is recorded)"),
    (put('["recording", "identity-check"]', '["recording"]'), "consents", "services[0].consents: does not ask for the identity check that is made"),
    (put('"card-seen"', '"declared"'), "consents", "services[0].consents: asks for an identity check that is not made"),
    (put('["recording", "identity-check"]', '["recording", "identity-check", "recording"]'), "consents", "services[0].consents[2]: recording is asked twice"),
    (card('person = "in-person"', 'person = "agent-allowed"'), 'person = "agent-allowed"', "services[1].person: an appointment in person is for no agent"),
    (card('basis = { zh-CN = "规定", en = "Rules" }\n', ""), "[[services]]", "services[1].basis: does not say which published rule it follows"),
    (put("sample = true", 'sample = true\nbasis = { zh-CN = "规定", en = "Rules" }'), "basis", "services[0].basis: sample data follows no published rule"),
    (card("popular = 5", "popular = 4"), "popular = 4", "services[1].popular: 4 is already the place of services[0], jinshan-newborn"),
    # Versions.
    (put("valid_to = 2027-12-31", "valid_to = 2025-12-31"), "valid_to", "services[0].valid_to: is before valid_from"),
    (again(), "valid_from = 2026-01-01", "services[2].valid_from: jinshan-newborn: the version from 2026-01-01 is still valid then"),
    (again("valid_from = 2026-01-01\nvalid_to = 2027-12-31", "valid_from = 2027-12-31"), "valid_from = 2027-12-31", "the version from 2026-01-01 is still valid then"),
    (put("jinshan-newborn", "haiyan-newborn"), "code", "services[0].code: haiyan-newborn already stands in haiyan.toml"),
    # Questions in the short form.
    (put("needed = true", 'needed = "yes"'), "needed", "services[0].questions[0].needed: Expected `bool`, got `str`"),
    (put('otherwise = { zh-CN = "请到别处", en = "Elsewhere" }\n', ""), "[[services.questions]]", "services[0].questions[0].otherwise: is missing"),
    (
        lambda text: text[:BEGIN_CARD] + text[text.index("[[services.questions]]") : BEGIN_CARD] + text[BEGIN_CARD:],
        "id", "services[0].questions[1].id: two questions have the same id: child-household",
    ),
    (
        lambda text: text + "\n" + text[text.index("[[services.questions]]") : BEGIN_CARD],
        "[[services.questions]]", "services[1].questions: stands beside eligibility (one of the two)",
    ),
    # Rules: the questions.
    (card('id = "where"', 'id = "there"'), "id", "services[1].eligibility.questions[1].id: there is already a question"),
    (card('{ code = "far"', '{ code = "near"'), "{ code = \"near\", label = { zh-CN = \"远\"", "services[1].eligibility.questions[1].options[1].code: near is already an answer of where"),
    (card('  { code = "far", label = { zh-CN = "远", en = "Far" } },\n', ""), "options", "services[1].eligibility.questions[1].options: 1 to choose from (2 to 6, or none for yes and no)"),
    (card('text = { zh-CN = "在哪里？", en = "Where?" }\n', ""), "[[services.eligibility.questions]]", "services[1].eligibility.questions[1].text: is missing"),
    (
        lambda text: text[:BEGIN_RULES] + "".join(f'[[services.eligibility.questions]]\nid = "q{i}"\ntext = {{ zh-CN = "问", en = "Q" }}\n' for i in range(11)) + text[BEGIN_RULES:],
        "[[services.eligibility.questions]]", "services[1].eligibility.questions: asks 13 questions (at most 12)",
    ),
    (
        lambda text: text[:BEGIN_RULES] + "".join(f'[[services.eligibility.questions]]\nid = "q{i}"\ntext = {{ zh-CN = "问", en = "Q" }}\n' for i in range(11)) + text[BEGIN_RULES:],
        "[[services.eligibility.questions]]", "services[1].eligibility.questions: 8192 combinations of answers (at most 4096)",
    ),
    (
        lambda text: text[:BEGIN_RULES] + '[[services.eligibility.questions]]\nid = "idle"\ntext = { zh-CN = "问", en = "Q" }\n' + text[BEGIN_RULES:],
        "[[services.eligibility.questions]]", "services[1].eligibility.questions[2]: idle changes no verdict",
    ),
    # Rules: the conditions.
    (rule('{ question = "there", is = "yes" }\n', '{ question = "their", is = "yes" }\n'), "when", "services[1].eligibility.rules[0].when.question: their is no question (known: there, where)"),
    (rule('is = "yes"', 'is = "maybe"'), "when", "services[1].eligibility.rules[0].when.is: maybe is no answer of there (known: yes, no)"),
    (rule('in = ["near"]', 'in = ["near", "yes"]'), "when", "services[1].eligibility.rules[1].when.all[0].in[1]: yes is no answer of where (known: near, far)"),
    (rule('in = ["near"]', 'in = ["near", "near"]'), "when", "services[1].eligibility.rules[1].when.all[0].in[1]: near is named twice"),
    (rule('in = ["near"]', "in = []"), "when", "services[1].eligibility.rules[1].when.all[0].in: names no answer"),
    (rule('is = "yes" } }', 'is = "never" } }'), "when", "services[1].eligibility.rules[1].when.all[1].not.is: never is no answer of there"),
    (rule('{ question = "there", is = "yes" }\n', "{ any = [] }\n"), "when", "services[1].eligibility.rules[0].when.any: holds no condition"),
    (rule('{ question = "there", is = "yes" }\n', '{ question = "there" }\n'), "when", "services[1].eligibility.rules[0].when: is none of { question, is }, { question, in }, { all }, { any }, { not }"),
    (rule('{ question = "there", is = "yes" }\n', "{}\n"), "when", "services[1].eligibility.rules[0].when: is none of"),
    (rule('{ question = "there", is = "yes" }\n', '{ not = { any = [{ question = "there", is = "no" }] }, is = "no" }\n'), "when", "services[1].eligibility.rules[0].when: is none of"),
    (rule('{ question = "there", is = "yes" }\n', '"there == yes"\n'), "when", "services[1].eligibility.rules[0].when: Expected `object | null`, got `str`"),
    (rule('{ question = "there", is = "yes" }\n', '{ question = "there", equals = "yes" }\n'), "when", "services[1].eligibility.rules[0].when.equals: is not known"),
    (rule('is = "yes"', "is = true"), "when", "services[1].eligibility.rules[0].when.is: Expected `str | null`, got `bool`"),
    # Rules: the verdicts.
    (rule('kind = "go-on"', 'kind = "go-away"'), "kind", "services[1].eligibility.rules[0].kind: Invalid enum value 'go-away'"),
    (rule('reason = { zh-CN = "可以", en = "Here" }\n', ""), "[[services.eligibility.rules]]", "services[1].eligibility.rules[0].reason: is missing"),
    (rule('bring = [{ zh-CN = "居住证", en = "Permit" }]\n', ""), "[[services.eligibility.rules]]", "services[1].eligibility.rules[1].bring: go-on-bring names what to bring"),
    (rule('kind = "go-on-bring"', 'kind = "go-on"'), "bring", "services[1].eligibility.rules[1].bring: go-on brings nothing"),
    (rule('kind = "not-possible"', 'kind = "another-home"'), "[[services.eligibility.rules]]", "services[1].eligibility.rules[2].go_to: another-home names the home"),
    (rule('kind = "not-possible"', 'kind = "not-possible"\ngo_to = "haiyan"'), "go_to", "services[1].eligibility.rules[2].go_to: not-possible goes to no other home"),
    (rule('kind = "not-possible"', 'kind = "another-home"\ngo_to = "jinshan"'), "go_to", "services[1].eligibility.rules[2].go_to: jinshan is this home"),
    (rule('kind = "not-possible"', 'kind = "another-home"\ngo_to = "hangzhou"'), "go_to", "services[1].eligibility.rules[2].go_to: hangzhou is no home"),
    (rule('kind = "not-possible"', 'kind = "another-home"\ngo_to = "pinghu"'), "go_to", "services[1].eligibility.rules[2].go_to: pinghu offers nothing at the kiosks of pinghu"),
    (rule('kind = "not-possible"', 'kind = "not-possible"\nwhen = { question = "where", is = "near" }'), "[[services.eligibility.rules]]", "services[1].eligibility.rules: no verdict for there = no, where = far"),
    (rule('when = { question = "there", is = "yes" }\n', ""), "[[services.eligibility.rules]]", "services[1].eligibility.rules[1]: is never reached"),
    (rule('{ not = { question = "there", is = "yes" } }', '{ question = "there", is = "yes" }'), "[[services.eligibility.rules]]", "services[1].eligibility.rules[1]: is never reached"),
    (lambda text: text.replace('kind = "go-on"', 'kind = "not-possible"').replace('kind = "go-on-bring"', 'kind = "staffed-window"').replace('bring = [{ zh-CN = "居住证", en = "Permit" }]\n', ""), "[[services.eligibility.rules]]", "services[1].eligibility.rules: nobody may go on"),
    (lambda text: text[:BEGIN_RULES] + "\n[services.eligibility2]\n" + text[BEGIN_RULES:], "[services.eligibility2]", "services[1].eligibility2: is not known (did you mean eligibility?"),
    (lambda text: text[:BEGIN_RULES], "[services.eligibility]", "services[1].eligibility.rules: is missing"),
]


@pytest.mark.parametrize(("change", "row", "said"), MISTAKES, ids=[said.partition(": ")[2][:60] or said[:60] for _, _, said in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_why(folder: Path, change: Callable[[str], str], row: str, said: str) -> None:
    text = change(FILE)
    assert text != FILE
    found = [(line, sentence) for line, sentence in told(folder, text) if said in sentence]
    assert found, told(folder, text)
    rows = text.splitlines()
    assert all(rows[line - 1].strip().startswith(row) for line, _ in found), [rows[line - 1] for line, _ in found]


def test_the_file_of_these_stories_is_good_and_there_are_forty_ways_to_spoil_it(folder: Path) -> None:
    (folder / "services" / "jinshan.toml").write_text(FILE, encoding="utf-8")
    load_catalogue(folder, JURISDICTIONS, FORMS)
    assert len({said for _, _, said in MISTAKES}) >= 40


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    text = FILE.replace("working_days = 5", "working_days = 91").replace("needed = true", "needed = 1").replace('kind = "not-possible"', 'kind = "no"')
    rows = text.splitlines()
    assert [rows[line - 1] for line, _ in told(folder, text)] == ["working_days = 91", "needed = 1", 'kind = "no"']


def test_mistakes_of_the_other_files(folder: Path) -> None:
    events = (folder / "life_events.toml").read_text(encoding="utf-8")
    (line, said), = told(folder, events.replace('code = "education"', 'code = "birth"') + '\n[[life_events]]\ncode = "education"\nname = { zh-CN = "教", en = "E" }\n', "life_events.toml")
    assert said == "life_events[1].code: birth is already a life event" and events.splitlines()[line - 1] == 'code = "education"'
    (folder / "life_events.toml").write_text(events, encoding="utf-8")
    wording = (folder / "consents" / "recording.toml").read_text(encoding="utf-8")
    (line, said), = told(folder, wording.replace("required = true", "required = 1"), "consents/recording.toml")
    assert said.startswith("versions[0].required: Expected `bool`") and wording.splitlines()[line - 1].startswith("required")


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "life_events.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfiguration, match=r"life_events\.toml: cannot be read as UTF-8 text"):
        load_catalogue(folder)
