"""Whole visits, from an idle kiosk to the home's own system: the steps that every flagship story is made of, each waiting for its fact."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from config.catalogue import load_catalogue
from config.clock import SystemClock
from config.forms import Form, load_forms
from config.id_number import SAMPLE_REGION, check_digit
from config.service import Service
from recordings.keys import ensure_demo_keys
from signaling.office.form_pictures import page_texts
from tests.browser.home_system import Arrived, HomeSystem, home_systems
from tests.browser.questions import answer
from tests.browser.test_cases import meet
from tests.browser.test_form_in_talk import chooses, has, signs, types
from tests.browser.test_notice_and_receipt import types as types_code
from tests.browser.test_what_is_asked import LENS, kiosk_with_document_camera, picture
from tests.browser.window import PATIENCE_MS, Window, everybody_is_known, keep, mark, sees, shows, touch, until
from tests.media.pages import Paper

HOMES = ("haiyan", "jinshan", "pinghu")
STILLS = "([place, kept]) => document.querySelectorAll(`[data-test='material-${place}'] [data-test^=still-][data-kept=true]`).length === kept"
LOADED = "(place) => [...document.querySelectorAll(`[data-test='material-${place}'] .still img`)].every((i) => i.complete && i.naturalWidth > 0)"
CONFIRMED = "(pages) => document.querySelector('[data-test=form-progress]')?.dataset.done === String(pages)"
CUT_OFF = """() => [...document.querySelectorAll('.sign-actions .button, .sign-pad')].filter((each) => {
  const { left, right, top, bottom } = each.getBoundingClientRect();
  return ![left + 8, right - 8].every((x) => each.contains(document.elementFromPoint(x, (top + bottom) / 2)));
}).map((each) => each.dataset.test)"""
SIGNED = "(signer) => document.querySelector(`[data-test='signer-${signer}']`)?.dataset.signed === 'true'"


@dataclass(frozen=True, slots=True)
class Filled:
    """What is written on one page of a form, field by field: by the resident, and by the clerk, who only writes what both may."""

    page: str
    resident: Mapping[str, str]
    clerk: Mapping[str, str] = field(default_factory=dict)


def the_service(code: str) -> Service:
    """As the catalogue has it today."""
    offer = load_catalogue().service(code, SystemClock().now())
    assert offer is not None
    return offer.service


def the_form(service: Service) -> Form:
    form = load_forms().form(service.form or "", SystemClock().now())
    assert form is not None
    return form


def sample_number(birth: str, order: int) -> str:
    """An identity number that belongs to nobody, of a day (YYYY-MM-DD)."""
    first = f"{SAMPLE_REGION}0000{birth.replace('-', '')}{order:03}"
    return first + check_digit(first)


@contextlib.asynccontextmanager
async def whole_window(data: Path, *homes: str) -> AsyncIterator[tuple[Window, dict[str, HomeSystem]]]:
    """Server, node, custody and browsers, the kiosk with a second camera, and of each of these homes a system of its own."""
    ensure_demo_keys(data, HOMES, SystemClock().now())
    async with home_systems(data, *homes) as systems:
        setting = ",".join(system.setting for system in systems.values())
        with pytest.MonkeyPatch.context() as patch:
            async with kiosk_with_document_camera(data, patch, VIRTUAL_WINDOW_HANDOVER_HOMES=setting) as w:
                yield w, systems


# --- at the kiosk -----------------------------------------------------------------------------------


async def idle_kiosk(w: Window) -> Page:
    """Whose document camera takes what a story lays under it."""
    page = await w.kiosk()
    await page.evaluate(LENS)
    return page


async def chooses_service(kiosk: Page, service: Service, home: str, said: Mapping[str, str]) -> None:
    """From the idle screen: home, life event, service, its questions; everything that must be brought is on the list. Ends where people say who they are."""
    for control in ("begin", f"home-{home}", f"life-event-{service.life_event}", f"service-{service.code}"):
        await touch(kiosk, control)
    await prepares(kiosk, service, said)


async def prepares(kiosk: Page, service: Service, said: Mapping[str, str]) -> None:
    """From the service's first question to who comes."""
    assert await answer(kiosk, said) == "screen-bring"
    listed = await mark(kiosk, "screen-bring").inner_text()
    assert [each.name.zh for each in service.materials if each.need == "required" and each.name.zh not in listed] == []
    await keep(kiosk, f"flagship-{service.code}-bring")
    await touch(kiosk, "go-on")


async def says_who(kiosk: Page, *names: str) -> None:
    """One name after the other; several see each other in a list before they go on."""
    for place, name in enumerate(names, 1):
        asked = kiosk.locator(f"[data-test='screen-identity-declare'][data-index='{place}']")
        await asked.locator("[data-test='name']").fill(name, timeout=PATIENCE_MS)
        together = place < len(names) and await mark(kiosk, "with-me").count() > 0
        await touch(kiosk, "with-me" if together else "go-on")
    if len(names) > 1:
        await shows(kiosk, f"person-{len(names) - 1}")
        await touch(kiosk, "go-on")
    await shows(kiosk, "screen-consent")


async def is_rung(kiosk: Page, desk: Page, *, name: str) -> str:
    """The ticket is taken: a clerk of that home is rung, answers, and both see each other; returns the session."""
    await shows(desk, "ring")
    await shows(kiosk, "screen-ringing")
    await keep(desk, f"{name}-ring")
    return await meet(kiosk, desk)


# --- in the talk ------------------------------------------------------------------------------------


async def lays_down(kiosk: Page, desk: Page, place: int, papers: Sequence[Paper], *, name: str) -> None:
    """Each of these is asked for, laid under the camera, good at once, and kept as a page of that material."""
    material = mark(desk, f"material-{place}")
    for number, paper in enumerate(papers, 1):
        await touch(desk, f"ask-page-{place}")
        await shows(kiosk, "asked")
        await sees(desk, "resident", "document")
        await kiosk.evaluate("picture => window.lay(picture)", picture("good", number, paper))
        await touch(desk, "take")
        await material.locator('[data-test^="keep-"]').click(timeout=PATIENCE_MS)
        await until(desk, STILLS, [place, number])
        await mark(kiosk, "asked").wait_for(state="detached")
    await until(desk, LOADED, place)
    await material.scroll_into_view_if_needed()
    await keep(desk, f"{name}-material-{place}")
    await keep(kiosk, f"{name}-material-{place}-kiosk")


async def is_checked(desk: Page, place: int) -> None:
    """The clerk compares the first page of it with the original that they see, by the power that the home gave."""
    await mark(desk, f"material-{place}").locator('[data-test="check-still"]').first.click()
    await touch(desk, "check-yes")
    await mark(desk, f"material-{place}").locator('[data-checked="true"]').first.wait_for(timeout=PATIENCE_MS)
    await mark(desk, "check-dialog").wait_for(state="detached")


async def fills_in(kiosk: Page, desk: Page, form: Form, pages: Sequence[Filled], *, name: str) -> None:
    """Page after page by both, each confirmed by the resident."""
    await touch(desk, "lay-form")
    await shows(kiosk, "guided-form")
    await shows(desk, "guided-form")
    for number, filled in enumerate(pages, 1):
        await until(kiosk, "page => document.querySelector('[data-test=guided-form]')?.dataset.page === page", filled.page)
        for here, there, values in ((kiosk, desk, filled.resident), (desk, kiosk, filled.clerk)):
            for id, value in values.items():
                await _writes(here, there, form, id, value)
        await keep(kiosk, f"{name}-form-{number}")
        await keep(desk, f"{name}-form-{number}-desk")
        await touch(kiosk, "confirm")
        await until(desk, CONFIRMED, number)
    assert len(pages) == len(form.pages)


async def _writes(here: Page, there: Page, form: Form, id: str, value: str) -> None:
    known = form.field(id)
    assert known is not None
    if known.kind in ("choice", "yes-no"):
        await chooses(here, id, value)
        await there.locator(f"[data-field='{id}'] input[value='{value}']:checked").wait_for(state="attached", timeout=PATIENCE_MS)
    else:
        await types(here, id, value)
        if not known.sensitive:
            await has(there, id, value)
    if known.sensitive:
        assert value not in await there.content(), "a number is the resident's until it is shown"


async def sign_everybody(kiosk: Page, desk: Page, form: Form, *, name: str) -> None:
    """The paper is made, and each whom it names signs it on the glass."""
    await touch(desk, "freeze-form")
    await shows(kiosk, "frozen")
    for signer in range(len(form.signed_by)):
        await touch(desk, f"ask-signature-{signer}")
        await shows(kiosk, "sign-screen")
        await signs(kiosk)
        await keep(kiosk, f"{name}-signs-{signer}")
        assert await kiosk.evaluate(CUT_OFF) == [], "whoever signs sees all of what they sign with"
        await touch(kiosk, "sign-give")
        await mark(kiosk, "sign-screen").wait_for(state="detached")
        await until(desk, SIGNED, signer)
    await shows(desk, "form-signed")
    await keep(desk, f"{name}-signed")


async def is_accepted(kiosk: Page, desk: Page, *, name: str) -> str:
    """Everybody is known, the talk ends, the resident rates and goes; returns the receipt's code."""
    await everybody_is_known(desk)
    await touch(desk, "end")
    await touch(desk, "end-accepted")
    await keep(desk, f"{name}-end")
    await touch(desk, "end-yes")
    assert await (await shows(kiosk, "outcome")).get_attribute("data-outcome") == "accepted"
    code = await (await shows(kiosk, "receipt-code")).inner_text()
    await keep(kiosk, f"{name}-farewell")
    return code


async def goes_home(kiosk: Page, *names: str) -> None:
    """The resident rates, and nothing of them stays on the glass."""
    await touch(kiosk, "rate-5")
    await touch(kiosk, "finish")
    await shows(kiosk, "screen-idle")
    left = await kiosk.content()
    assert [name for name in names if name in left] == []


async def wraps_up(desk: Page, *, name: str) -> None:
    await shows(desk, "wrap-up")
    await keep(desk, f"{name}-wrap-up")
    await touch(desk, "complete")
    await until(desk, "() => document.querySelector('[data-test=presence]')?.dataset.presence === 'available'")


# --- afterwards -------------------------------------------------------------------------------------


async def stands(elsewhere: Page, code: str, *, service: Service, due: str | None, untold: Sequence[str], name: str) -> None:
    """At another kiosk the receipt's code says that the home's system has it, until when, and nothing of whom it is about."""
    await touch(elsewhere, "look-up")
    await types_code(elsewhere, code)
    await touch(elsewhere, "code-send")
    assert await (await shows(elsewhere, "screen-status")).get_attribute("data-state") == "handed-over"
    assert await mark(elsewhere, "status-service").inner_text() == service.name.zh
    assert await mark(elsewhere, "status-due").count() == (0 if due is None else 1)
    await keep(elsewhere, f"{name}-status")
    shown = await elsewhere.content()
    assert [word for word in untold if word in shown] == []


def of_ledger(w: Window, session: str, what: str) -> list[dict[str, Any]]:
    """Every entry of that kind."""
    return [body for each, body in w.served.ledger(session) if each == what]


def holds_everything(w: Window, arrived: Arrived, service: Service, kept: Mapping[int, int], written: Sequence[str]) -> None:
    """The file has `kept` pages of each material, and the form with what was `written` and every signature, all as the ledger tells of them."""
    session, case, metadata = arrived.case["session"], arrived.case["case"], arrived.metadata
    assert {each["material"]: len(each["pages"]) for each in metadata["materials"]} == kept
    assert set(kept) >= {place for place, each in enumerate(service.materials) if each.need == "required"}
    taken = {(body["number"], str(body["still"]).rpartition("-")[2]): body["digest"] for body in of_ledger(w, session, "still-taken")}
    for page in (page for each in metadata["materials"] for page in each["pages"]):
        assert taken[page["still"], "page"] == page["sha256"] and page["reasons"] == []
        assert taken[page["still"], "original"] != page["sha256"], "and as it was taken it stays with the recording"
        assert arrived.content(page["file"]).startswith(b"\xff\xd8"), "a JPEG"
    [form] = metadata["forms"]
    assert (form["code"], form["signed"]) == (service.form, True)
    assert [each["signer"] for each in form["signatures"]] == list(range(len(the_form(service).signed_by)))
    assert {form["file"], *(each[part] for each in form["signatures"] for part in ("file", "record"))} <= set(arrived.names)
    printed = "".join("".join(page_texts(arrived.content(form["file"]))).split())
    assert [word for word in written if word not in printed] == []
    [settled] = of_ledger(w, session, "case-settled")
    assert (settled["case"], settled["outcome"]) == (case, "accepted")
    assert {each["text"] for each in metadata["consents"] if each["answer"] == "given"} == set(service.consents)
