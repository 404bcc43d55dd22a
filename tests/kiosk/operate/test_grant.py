"""What may be injected: every refusal has its case, and no run of actions reaches outside of the window, past the time, past a revoke."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operate.grant import (
    BURST,
    LONGEST_TEXT,
    MODIFIED,
    NO_PAGE,
    Action,
    Budget,
    Desktop,
    Field,
    Grant,
    Inject,
    Key,
    Move,
    Page,
    Press,
    Refused,
    Release,
    Scope,
    Shell,
    Text,
    Wheel,
    Window,
    cost,
    grantable,
    judge,
    spot,
)

FORM = Window(7, 4, 100, (200, 150, 600, 400), (200, 150, 600, 400), title="form", kind=("form", "Form"))
OVER = Window(9, 8, 200, (300, 200, 50, 50), (300, 200, 50, 50))
LIST = Window(11, 4, 100, (400, 300, 80, 90), (400, 300, 80, 90), popup=True)
DESKTOP = Desktop((FORM,), (1280, 800), focus=7)
GRANT = Grant(Scope(7, 100), "control", until=600.0)
NAME, PASSWORD = Field("Name", typeable=True), Field("Password", secret=True, typeable=True)
DISTRICT = Field("District", lists=True)


def on(action: Action, desktop: Desktop = DESKTOP, page: Page = NO_PAGE, grant: Grant | None = GRANT, now: float = 0.0) -> str:
    verdict = judge(grant, action, desktop, page, now)
    return verdict.code if isinstance(verdict, Refused) else "inject"


def test_a_click_lands_where_it_was_meant() -> None:
    assert judge(GRANT, Press(0.5, 0.25), DESKTOP, NO_PAGE, 0) == Inject(Press(0.5, 0.25), (500, 250))
    assert judge(GRANT, Move(1.0, 1.0), DESKTOP, NO_PAGE, 0) == Inject(Move(1.0, 1.0), (799, 549))


def test_only_while_granted_and_only_what_was_granted() -> None:
    assert on(Press(0.5, 0.5), grant=None) == "no-grant"
    assert on(Press(0.5, 0.5), now=600.0) == "expired"
    assert on(Press(0.5, 0.5), grant=replace(GRANT, level="view")) == "view-only"
    assert on(Press(0.5, 0.5), Desktop((), (1280, 800))) == "unknown-window"
    assert on(Press(0.5, 0.5), Desktop((replace(FORM, pid=101),), (1280, 800))) == "unknown-window", (
        "its number was given to another program"
    )


def test_another_window_above_is_not_reached_through() -> None:
    over = Desktop((FORM, OVER), (1280, 800), focus=7)
    assert on(Press((310 - 200) / 600, (210 - 150) / 400), over) == "covered"
    assert on(Press(0.9, 0.9), over) == "inject"
    assert on(Press(0.2, 0.2), Desktop((OVER, FORM), (1280, 800))) == "inject", "it lies below"


def test_the_pages_own_list_counts_as_the_window_while_its_field_has_the_focus() -> None:
    with_list = Desktop((FORM, LIST), (1280, 800), focus=7)
    at = Press((410 - 200) / 600, (310 - 150) / 400)
    assert on(at, with_list, Page(focused=DISTRICT)) == "inject"
    assert on(at, with_list, Page(focused=NAME)) == "covered", "the browser's menu is no list of the page"
    stranger = Desktop((FORM, replace(LIST, client=8)), (1280, 800), focus=7)
    assert on(at, stranger, Page(focused=DISTRICT)) == "covered"
    window = Desktop((FORM, replace(LIST, popup=False)), (1280, 800), focus=7)
    assert on(at, window, Page(focused=DISTRICT)) == "covered"


@pytest.mark.parametrize("share", [-0.001, 1.001, float("nan"), float("inf"), -float("inf")])
def test_outside_is_outside(share: float) -> None:
    for action in (Move(share, 0.5), Press(0.5, share), Wheel(share, share, 1)):
        assert on(action) == "outside-window"


def test_what_hangs_over_the_screens_edge_is_outside() -> None:
    hanging = Desktop((replace(FORM, box=(1200, 150, 600, 400), outer=(1200, 150, 600, 400)),), (1280, 800), focus=7)
    assert on(Press(0.5, 0.5), hanging) == "outside-window"
    assert on(Press(0.1, 0.5), hanging) == "inject"


def test_keys_go_only_where_the_focus_is() -> None:
    assert on(Text("王")) == "inject"
    assert on(Text("王"), replace(DESKTOP, focus=9)) == "not-that-window"
    assert on(Key("Enter"), replace(DESKTOP, focus=0)) == "not-that-window"


def test_only_the_keys_of_the_table() -> None:
    for name, modifiers in MODIFIED.items():
        for modifier in ("", "Shift", "Control", "Alt", "Super", "Control+Shift"):
            assert on(Key(name, modifier)) == ("inject" if modifier in modifiers else "forbidden-key")
    for name in ("C", "V", "X", "W", "F5", "F12", "Print", "Menu", "Super", "", "enter"):
        assert on(Key(name, "Control")) == on(Key(name)) == "forbidden-key"


def test_only_letters_are_text() -> None:
    assert on(Text("")) == on(Text("a\n")) == on(Text("\x1b")) == on(Text("a" * (LONGEST_TEXT + 1))) == "bad-text"
    assert on(Text("𠮷")) == "no-letter"


def test_a_secret_field_is_left_alone() -> None:
    secret = Page(focused=PASSWORD, at=PASSWORD)
    assert on(Text("x"), page=secret) == on(Key("Backspace"), page=secret) == on(Key("A", "Control"), page=secret) == "masked-field"
    assert on(Press(0.5, 0.5), page=secret) == "masked-field"
    assert on(Key("Tab"), page=secret) == on(Key("Escape"), page=secret) == on(Move(0.5, 0.5), page=secret) == "inject"


def test_a_page_that_does_not_answer_or_went_elsewhere_gets_nothing() -> None:
    for action in (Text("x"), Press(0.5, 0.5), Key("Tab"), Release()):
        assert on(action, page=Page(answers=False)) == "page-silent"
        assert on(action, page=Page(allowed=False)) == "other-page"
    assert on(Text("x"), page=Page(settled=False, focused=NAME)) == "busy"
    assert on(Text("x"), page=Page(focused=None)) == on(Text("x"), page=Page(focused=DISTRICT)) == "no-field"


def test_what_is_the_kiosks_own_is_never_granted() -> None:
    shell = Shell(kinds=frozenset({"kiosk-shell"}), titles=("log on", "设置"), pids=frozenset({300}))
    assert grantable(FORM, shell) is None
    for window in (
        replace(FORM, kind=("x", "Kiosk-Shell")), replace(FORM, title="Please Log On"), replace(FORM, title="系统设置"), replace(FORM, pid=300),
    ):  # fmt: skip
        assert grantable(window, shell) == Refused("shell-window")
    assert grantable(replace(FORM, pid=0), shell) == grantable(None, shell) == Refused("unknown-window")
    assert grantable(replace(FORM, popup=True), shell) == Refused("not-a-window")


def test_a_program_in_place_of_a_person_is_too_fast() -> None:
    budget = Budget(0.0)
    assert budget.take(cost(Text("a" * 500)), 0.0)
    assert budget.take(BURST - 500, 0.0)
    assert not budget.take(1, 0.0)
    assert budget.take(60, 1.0)
    assert not budget.take(1, 1.0)
    assert not budget.take(1, 0.5), "a clock that goes back gives nothing"
    assert on(Wheel(0.5, 0.5, 11)) == on(Wheel(0.5, 0.5, 0)) == "too-many"


SHARES = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-0.2, 1.2)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Move, SHARES, SHARES), st.builds(Press, SHARES, SHARES), st.builds(Wheel, SHARES, SHARES, st.integers(-20, 20)),
    st.just(Release()), st.builds(Text, st.text(max_size=30)),
    st.builds(Key, st.sampled_from([*MODIFIED, "C", "F4", "Super"]), st.sampled_from(["", "Shift", "Control", "Alt"])),
)  # fmt: skip
BOXES = st.tuples(st.integers(-500, 1500), st.integers(-500, 1000), st.integers(0, 900), st.integers(0, 900))


@st.composite
def desktops(draw: st.DrawFn) -> Desktop:
    boxes = draw(st.lists(BOXES, max_size=5))
    windows = [
        Window(number, draw(st.sampled_from([4, 8])), draw(st.sampled_from([100, 200])), box, box, draw(st.booleans()))
        for number, box in enumerate(boxes, 6)
    ]
    return Desktop(tuple(draw(st.permutations(windows))), (1280, 800), draw(st.integers(5, 9)))


PAGES = st.builds(
    Page,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, NAME, PASSWORD, DISTRICT]),
    st.sampled_from([None, NAME, PASSWORD]),
)


@given(st.lists(st.tuples(ACTIONS, desktops(), PAGES, st.floats(0, 1200)), max_size=20), st.integers(0, 20))
def test_no_run_of_actions_reaches_outside_or_past_the_end(run: list[tuple[Action, Desktop, Page, float]], revoked_at: int) -> None:
    for number, (action, desktop, page, now) in enumerate(run):
        verdict = judge(GRANT if number < revoked_at else None, action, desktop, page, now)
        if not isinstance(verdict, Inject):
            continue
        assert number < revoked_at
        assert now < GRANT.until
        assert page.answers
        assert page.allowed
        window = desktop.find(7)
        assert window is not None
        assert window.pid == 100
        if isinstance(action, Move):
            assert verdict.at is not None
            x, y = verdict.at
            left, top, width, height = window.box
            assert left <= x < left + width
            assert top <= y < top + height
            assert 0 <= x < 1280
            assert 0 <= y < 800
            above = desktop.windows[desktop.windows.index(window) + 1 :]
            for each in above:
                inside = each.box[0] <= x < each.box[0] + each.box[2] and each.box[1] <= y < each.box[1] + each.box[3]
                assert not inside or (each.popup and each.client == window.client and page.focused is DISTRICT)
        elif not isinstance(action, Release):
            assert desktop.focus == 7
            assert page.focused is not PASSWORD or (isinstance(action, Key) and action.name in ("Tab", "Escape"))


@given(BOXES, SHARES, SHARES)
def test_a_spot_lies_in_its_box(box: tuple[int, int, int, int], x: float, y: float) -> None:
    at = spot(box, x, y)
    if at is not None:
        assert box[0] <= at[0] < box[0] + box[2]
        assert box[1] <= at[1] < box[1] + box[3]
