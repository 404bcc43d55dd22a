"""The printer in a process of its own: it prints, refuses in words that survive the way, and one that dies is replaced."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import AsyncIterator

import pytest

from config.calendar import BEIJING
from config.forms import load_forms
from config.tasks import Tasks
from config.text import Text
from signaling.domain.refusals import Refusal
from signaling.form_press import FormPress
from signaling.office.form_pdf import Facts
from signaling.office.press import Job, pressed

AT = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BEIJING).timestamp()


def job(name: str = "张𠮷") -> Job:
    form = load_forms().form("general-application", AT)
    assert form is not None
    facts = Facts("310116-330424-20261123-0012", Text("上海市金山区", "Jinshan"), Text("浙江省海盐县", "Haiyan"), AT, "zh-CN", "ab" * 32)
    return Job(form, {"name": name, "agent": "no"}, facts)


@pytest.fixture
async def press() -> AsyncIterator[FormPress]:
    press = FormPress()
    yield press
    press.close()


def printer(press: FormPress) -> int:
    """The process that prints."""
    assert press._pool is not None
    (process,) = press._pool._processes
    return process


async def test_what_it_prints_is_what_would_be_printed_here_and_by_one_process(press: FormPress) -> None:
    assert await press.print(job()) == pressed(job())
    first = printer(press)
    assert first != os.getpid()
    with pytest.raises(Refusal) as refusal:
        await press.print(job("张\U000f0000"))
    assert (refusal.value.code, refusal.value.path) == ("no-glyph", "\U000f0000") and "F0000" in refusal.value.reason
    assert printer(press) == first, "a refusal is no death"


async def test_one_that_dies_refuses_what_it_was_printing_and_the_next_works(press: FormPress) -> None:
    await press.print(job())
    dead = printer(press)
    tasks = Tasks(lambda name, error: None)
    both = [tasks.start(press.print(job()), f"print {n}") for n in range(2)]
    os.kill(dead, signal.SIGKILL)
    for printing in both:
        with pytest.raises(Refusal) as refusal:
            await printing
        assert refusal.value.code == "no-press"
    assert (await press.print(job())).pdf.startswith(b"%PDF") and printer(press) != dead


async def test_to_close_it_waits_for_nothing_and_may_be_said_twice(press: FormPress) -> None:
    press.close()
    await press.print(job())
    press.close()
    press.close()
    assert press._pool is None
