"""The forms: which fields are asked in which words, and what a mistake in a file says."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.calendar import BEIJING
from config.catalogue import load_catalogue
from config.forms import Form, load_forms
from config.problem import BadConfiguration
from config.text import HERE, Text

FORMS = load_forms()
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=BEIJING).timestamp()
CODES = ["marriage-declaration", "identity-card-application", "general-application"]


def form(code: str) -> Form:
    found = FORMS.form(code, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_chinese_in_one_language_and_not_in_the_other(code: str) -> None:
    one = form(code)
    texts = [one.title, *one.signed_by, *(page.title for page in one.pages), *(page.statement for page in one.pages if page.statement)]
    for field in one.fields:
        texts += [field.label, *([field.help] if field.help else []), *(option.label for option in field.options)]
    for text in texts:
        assert isinstance(text, Text)
        assert any("\u4e00" <= each <= "\u9fff" for each in text.zh), text
        assert not any("\u4e00" <= each <= "\u9fff" for each in text.en), text


def test_the_declaration_of_a_marriage_says_what_the_law_asks() -> None:
    one = form("marriage-declaration")
    statement = one.pages[-1].statement
    assert statement is not None
    assert all(words in statement.zh for words in ("均无配偶", "直系血亲", "三代以内旁系血亲", "民法典", "自愿"))
    assert len(one.signed_by) == 2
    assert {"man-birth", "woman-birth", "man-marital-status", "woman-marital-status"} <= {field.id for field in one.fields}


def test_identity_numbers_are_hidden_and_what_the_clerk_notes_is_the_clerks() -> None:
    for code in CODES:
        for field in form(code).fields:
            assert field.sensitive == (field.kind == "id-number"), field.id
    note = form("marriage-declaration").field("registry-note")
    assert note is not None and note.filled_by == "clerk"


def test_a_form_is_found_by_day_and_by_version() -> None:
    assert FORMS.form("marriage-declaration", dt.datetime(2025, 5, 9, 23, 59, tzinfo=BEIJING).timestamp()) is None
    assert FORMS.form("marriage-declaration", dt.datetime(2025, 5, 10, tzinfo=BEIJING).timestamp()) is not None
    found = FORMS.version("marriage-declaration", "2025-05-10")
    assert found is not None and found.version == "2025-05-10"
    assert FORMS.version("marriage-declaration", "1999-01-01") is None and FORMS.form("nothing", NOW) is None
    assert "marriage-declaration" in FORMS and "nothing" not in FORMS
    assert found.page_of("man-agrees").id == "statement" and found.page("man") is found.pages[0] and found.page("x") is None
    with pytest.raises(LookupError):
        found.page_of("nothing")


def test_each_home_has_a_service_for_every_form() -> None:
    catalogue = load_catalogue()
    for home in ("haiyan", "jinshan", "pinghu"):
        codes = {offer.service.code for offer in catalogue.of_home(home, NOW)}
        assert {f"{home}-marriage-registration", f"{home}-identity-card"} <= codes


def test_how_much_fits_in() -> None:
    one = form("identity-card-application")
    limits = {field.id: field.limit for field in one.fields}
    assert limits["ethnic-group"] == 20 and limits["name"] == 60 and limits["household"] == 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "forms", tmp_path / "forms")
    return tmp_path


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('id = "sex"', 'id = "name"', 1), "pages[0].fields[1].id: name is already a field"),
        (lambda text: text.replace('id = "delivery"\ntitle', 'id = "person"\ntitle', 1), "pages[2].id: person is already a page"),
        (lambda text: text.replace('kind = "date"', 'kind = "day"', 1), "Invalid enum value 'day'"),
        (lambda text: text.replace('kind = "id-number"', 'kind = "choice"', 1), "fields[4].options: a choice needs options"),
        (lambda text: text.replace('kind = "choice"', 'kind = "text"', 1), "fields[1].options: a text has none"),
        (lambda text: text.replace('code = "female"', 'code = "male"', 1), "at least two, all different"),
        (lambda text: text.replace('kind = "yes-no"', 'kind = "yes-no"\nmax_length = 3', 1), "max_length: a yes-no is not typed"),
        (lambda text: text.replace('kind = "yes-no"', 'kind = "yes-no"\nsensitive = true', 1), "sensitive: only what the resident types can be hidden"),
        (lambda text: text.replace("sensitive = true", 'sensitive = true\nfilled_by = "clerk"', 1), "sensitive: only what the resident types can be hidden"),
        (lambda text: text.replace('field = "reason"', 'field = "raeson"', 1), "only_if: raeson is no field before this one"),
        (lambda text: text.replace('is = "replacement"', 'is = "lost"', 1), "only_if: lost is no answer of reason"),
        (lambda text: text.replace('field = "reason", is = "replacement"', 'field = "delivery", is = "post"', 1), "only_if: delivery is no field before this one"),
        (lambda text: text.replace('kind = "phone"', 'kind = "phone"\nrules = { least = 3 }', 1), "rules.least: is no rule of a phone"),
        (lambda text: text.replace('latest = "today"', 'latest = "tomorrow"', 1), "rules.latest: Expected `str` matching regex"),
        (lambda text: text.replace('latest = "today"', 'latest = "2026-02-30"', 1), "rules: 2026-02-30 is no day of the calendar"),
        (lambda text: text.replace('birth_date = "birth"', 'birth_date = "name"', 1), "rules.birth_date: name is no date"),
        (lambda text: text.replace('birth_date = "birth"', 'birth_date = "born"', 1), "rules.birth_date: born is no field before this one"),
        (lambda text: text.replace('kind = "phone"', 'kind = "phone"\nrules = { pattern = "(" }', 1), "rules.pattern: is no pattern"),
        (lambda text: text.replace("max_length = 20", "max_lenght = 20", 1), "max_lenght: is not known (did you mean max_length?"),
        (lambda text: text[: text.index("signed_by")] + "signed_by = []\npages = []\n", "forms[0].pages: 1 to 20"),
        (lambda text: text[: text.index("signed_by")] + "signed_by = []\npages = []\n", "forms[0].signed_by: 1 to 4"),
        (lambda text: text.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2025-01-01", 1), "valid_to: is before valid_from"),
        (lambda text: text + text[text.index("[[forms]]") :].replace("2026-01-01", "2027-01-01", 1), "the version from 2026-01-01 is still valid then"),
        (lambda text: text.replace('code = "identity-card-application"', 'code = "marriage-declaration"', 1), "marriage-declaration already stands in"),
    ],
)
def test_a_wrong_entry_is_told_where_and_why(folder: Path, change: Change, said: str) -> None:
    file = folder / "forms" / "identity-card-application.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(change(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    with pytest.raises(BadConfiguration) as caught:
        load_forms(folder)
    assert caught.value.code == "bad-forms"
    assert said in str(caught.value)
    problem = next(each for each in caught.value.problems if said in str(each))
    assert problem.line is not None


def test_a_new_version_follows_the_old(folder: Path) -> None:
    file = folder / "forms" / "general-application.toml"
    text = file.read_text(encoding="utf-8")
    again = text[text.index("[[forms]]") :].replace("2026-01-01", "2027-01-01", 1)
    file.write_text(text.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2026-12-31", 1) + again, encoding="utf-8")
    forms = load_forms(folder)
    versions = [forms.form("general-application", dt.datetime(year, 6, 1, tzinfo=BEIJING).timestamp()) for year in (2025, 2026, 2027)]
    assert [each.version if each else None for each in versions] == [None, "2026-01-01", "2027-01-01"]
