"""Every paper of a visit, read off its ledger: what counts, and what counts no more."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recordings.ledger import Entry, append, head_of, start
from signaling.office.paper_trail import papers
from signaling.wire.review import Paper

AT = "2026-11-28T07:00:00.000Z"
Line = tuple[str, dict[str, Any]]


def ledger(*lines: Line) -> list[Entry]:
    """A chain of these entries."""
    head, entries = start("session-1"), list[Entry]()
    for what, body in lines:
        entries.append(append(head, AT, "server", what, body))
        head = head_of(entries[-1])
    return entries


def sealed(publication: str, number: int, media: str = "image/png") -> Line:
    """The entry of a sealed paper."""
    return "rec-picture", {
        "publication": publication, "epoch": 1, "segment": number, "serial": 0, "key": "k", "at": number, "bytes": 9, "sealed": "0" * 64,
        "clear": "1" * 64, "media": media, "width": 20, "height": 30,
    }  # fmt: skip


def still(number: int, material: int = 0, *afterwards: str) -> list[Line]:
    """A page that was taken, and what became of it."""
    of = {"number": number, "material": material, "reasons": []}
    return [
        sealed("resident.still", number, "image/jpeg"), sealed("resident.page", number, "image/jpeg"),
        ("still-taken", {"still": f"{number}-original", "digest": "2" * 64, **of}), ("still-taken", {"still": f"{number}-page", "digest": "3" * 64, **of}),
        *((f"still-{what}", of) for what in afterwards),
    ]  # fmt: skip


def frozen(number: int, pages: int = 1) -> list[Line]:
    """A form that became a paper."""
    named = {"form": str(number), "code": "return-home", "version": "1", "values": "4" * 64, "digest": "5" * 64}
    return [
        sealed("form.paper", number, "application/pdf"), *(sealed(f"form-{n}.picture", number) for n in range(1, pages + 1)),
        ("form-frozen", named), *(("form-page", {"page": f"{number}-{n}", "form": str(number), "digest": "6" * 64}) for n in range(1, pages + 1)),
    ]  # fmt: skip


def signature(number: int, form: int, signer: int = 0) -> list[Line]:
    return [
        sealed("signature.record", number, "application/json"), sealed("signature.picture", number),
        ("signature-drawn", {"picture": f"{number}-picture", "digest": "7" * 64}),
        ("signature-given", {"signature": str(number), "form": str(form), "place": signer, "page": f"{form}-1", "drawn": f"{number}-picture"}),
    ]  # fmt: skip


def signed(number: int, form: int) -> list[Line]:
    return [sealed("form.signed", number, "application/pdf"), ("form-signed", {"paper": str(number), "form": str(form), "digest": "8" * 64})]


def standings(found: list[Paper]) -> dict[str, str]:
    return {f"{paper.kind} {paper.segment}": paper.standing for paper in found}


def test_a_still_counts_while_it_is_in_the_case() -> None:
    found = papers(ledger(*still(100), *still(200, 0, "kept"), *still(300, 1, "kept", "dropped")))
    assert standings(found) == {
        "still-page 100": "not-kept", "still 100": "not-kept", "still-page 200": "counts", "still 200": "counts",
        "still-page 300": "dropped", "still 300": "dropped",
    }  # fmt: skip
    assert [(paper.still, paper.material, paper.page) for paper in found if paper.kind == "still"] == [(100, 0, None), (200, 0, 1), (300, 1, None)]


def test_pages_of_a_material_are_numbered_as_they_lie_in_the_case() -> None:
    found = papers(ledger(*still(1, 0, "kept"), *still(2, 0, "kept", "dropped"), *still(3, 1, "kept"), *still(4, 0, "kept")))
    assert [(paper.segment, paper.page) for paper in found if paper.kind == "still-page"] == [(1, 1), (2, None), (3, 1), (4, 2)]


def test_a_checked_copy_goes_with_its_still() -> None:
    checked = [sealed("resident.checked", 150, "image/jpeg"), ("still-checked", {"still": "150-checked", "number": 100, "material": 0, "digest": "9" * 64})]
    copy = papers(ledger(*still(100, 0, "kept"), *checked))[-1]
    assert (copy.kind, copy.still, copy.standing) == ("still-checked", 100, "counts")
    dropped = papers(ledger(*still(100, 0, "kept"), *checked, ("still-dropped", {"number": 100, "material": 0, "reasons": []})))[-1]
    assert (dropped.kind, dropped.standing) == ("still-checked", "dropped")


def test_a_signed_form_is_its_pages_its_signatures_and_the_paper_with_both() -> None:
    found = papers(ledger(*frozen(500, pages=2), *signature(600, 500), *signature(700, 500, 1), *signed(800, 500)))
    assert [(paper.kind, paper.page, paper.signer) for paper in found] == [
        ("form-page", 1, None), ("form-page", 2, None), ("form", None, None), ("signature", None, 0), ("signature-record", None, 0),
        ("signature", None, 1), ("signature-record", None, 1), ("form-signed", None, None),
    ]  # fmt: skip
    assert {paper.standing for paper in found} == {"counts"}
    assert {(paper.form, paper.code, paper.version) for paper in found} == {("500", "return-home", "1")}


def test_what_was_melted_counts_no_more_and_what_was_frozen_afterwards_does() -> None:
    found = papers(ledger(*frozen(500), *signature(600, 500), *signed(700, 500), ("form-melted", {"form": "500"}), *frozen(900)))
    assert {paper.standing for paper in found if paper.form == "500"} == {"melted"} and len(found) == 7
    assert {paper.standing for paper in found if paper.form == "900"} == {"counts"}


def test_whoever_signs_again_replaces_their_signature_and_the_paper_that_bore_it() -> None:
    before = [*frozen(500), *signature(600, 500), *signed(650, 500), *signature(700, 500)]
    assert standings(papers(ledger(*before))) == {
        "form-page 500": "counts", "form 500": "counts", "signature 600": "signed-again", "signature-record 600": "signed-again",
        "form-signed 650": "signed-again", "signature 700": "counts", "signature-record 700": "counts",
    }  # fmt: skip
    assert standings(papers(ledger(*before, *signed(800, 500))))["form-signed 800"] == "counts"


def test_what_was_written_is_a_paper_once_it_is_entered() -> None:
    kept = ("texts-kept", {"texts": "900", "digest": "a" * 64, "count": 2})
    assert standings(papers(ledger(sealed("talk.texts", 900, "application/json")))) == {"texts 900": "unentered"}
    assert standings(papers(ledger(sealed("talk.texts", 900, "application/json"), kept))) == {"texts 900": "counts"}


def test_a_paper_of_which_nothing_came_is_shown_as_that() -> None:
    found = papers(ledger(*(sealed(p, 5) for p in ("resident.page", "resident.checked", "form.paper", "form-1.picture", "signature.picture", "form.signed"))))
    assert {paper.standing for paper in found} == {"unentered"} and len(found) == 6
    assert papers(ledger(sealed("clerk.something", 5))) == [], "of a kind that nobody knows"


def test_notices_and_the_receipt_are_papers_and_the_last_notice_counts() -> None:
    found = papers(ledger(
        sealed("notice.paper", 5), ("notice-given", {"notice": "5", "n": 1}), sealed("notice.paper", 9), ("notice-given", {"notice": "9", "n": 2}),
        sealed("notice.paper", 11), sealed("receipt.paper", 20), ("receipt-given", {"receipt": "20"}), sealed("receipt.paper", 30),
    ))  # fmt: skip
    assert [(paper.kind, paper.segment, paper.standing) for paper in found] == [
        ("notice", 5, "given-again"), ("notice", 9, "counts"), ("notice", 11, "unentered"), ("receipt", 20, "counts"), ("receipt", 30, "unentered"),
    ]


def test_a_ledger_that_somebody_changed_is_shown_as_far_as_it_can_be_read() -> None:
    torn: list[Line] = [("still-kept", {"number": 7}), ("signature-given", {"form": "7"}), ("form-melted", {}), ("form-signed", {"paper": "1", "form": "2"}), ("still-checked", {})]
    assert standings(papers(ledger(*torn, *still(100, 0, "kept")))) == {"still-page 100": "counts", "still 100": "counts"}


COURSES = st.lists(st.sampled_from(["take", "keep", "drop", "freeze", "sign", "finish", "melt"]), max_size=30)


@given(COURSES)
def test_in_any_course_of_things_exactly_what_lies_in_the_case_counts(course: list[str]) -> None:
    """Against a case file that is kept beside: a set of stills, one frozen form, one signature, one signed paper."""
    lines, taken, kept = list[Line](), list[int](), set[int]()
    form: int | None = None
    given_: int | None = None
    paper: int | None = None
    for number, what in enumerate(course, 1):
        if what == "take":
            lines += still(number)
            taken.append(number)
        elif what in ("keep", "drop") and taken:
            lines.append((f"still-{'kept' if what == 'keep' else 'dropped'}", {"number": taken[-1], "material": 0, "reasons": []}))
            if what == "keep":
                kept.add(taken[-1])
            else:
                kept.discard(taken.pop())
        elif what == "freeze" and form is None:
            lines, form = [*lines, *frozen(number)], number
        elif what == "sign" and form is not None:
            lines, given_, paper = [*lines, *signature(number, form)], number, None
        elif what == "finish" and form is not None and given_ is not None and paper is None:
            lines, paper = [*lines, *signed(number, form)], number
        elif what == "melt" and form is not None:
            lines.append(("form-melted", {"form": str(form)}))
            form = given_ = paper = None
    found = papers(ledger(*lines))
    assert len(found) == sum(what == "rec-picture" for what, _ in lines), "each once"
    assert [each.at for each in found] == sorted(each.at for each in found)
    counting = {(each.kind, each.segment) for each in found if each.standing == "counts"}
    assert counting == {
        *((kind, number) for number in kept for kind in ("still", "still-page")),
        *((kind, form) for kind in ("form", "form-page") if form is not None),
        *((kind, given_) for kind in ("signature", "signature-record") if given_ is not None),
        *(("form-signed", number) for number in (paper,) if number is not None),
    }  # fmt: skip


@given(st.randoms(use_true_random=False))
def test_it_does_not_matter_when_the_journals_lines_come(chance: Any) -> None:
    lines = [*still(100, 0, "kept"), *frozen(500), *signature(600, 500), *signed(800, 500)]
    seals, others = [line for line in lines if line[0] == "rec-picture"], [line for line in lines if line[0] != "rec-picture"]
    for seal in seals:
        others.insert(chance.randint(0, len(others)), seal)
    assert papers(ledger(*others)) == papers(ledger(*lines))
