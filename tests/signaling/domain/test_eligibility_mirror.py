"""The kiosk's page comes to the same verdict as the server: the flagship services after every answer so far, in both languages of programs."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from config.calendar import BEIJING
from config.catalogue import load_catalogue
from config.eligibility import Condition, Eligibility, Option, Question, Rule
from config.text import Text
from signaling.domain.eligibility import evaluate

ROOT = Path(__file__).parents[3]
DAYS = [dt.datetime(2025, 5, 9, 12, tzinfo=BEIJING).timestamp(), dt.datetime(2026, 11, 28, 12, tzinfo=BEIJING).timestamp()]

READER = """
import { readFileSync } from "node:fs";
import { evaluate } from "./eligibility.js";
const asked = JSON.parse(readFileSync(process.argv[2], "utf8"));
const told = asked.map(({ rules, answers }) => answers.map((said) => evaluate(rules, said)));
process.stdout.write(JSON.stringify(told));
"""
"""Runs beside the compiled page script."""


def partly(rules: Eligibility) -> Iterator[dict[str, str]]:
    for answers in itertools.product(*((None, *question.answers) for question in rules.questions)):
        yield {question.id: answer for question, answer in zip(rules.questions, answers, strict=True) if answer is not None}


def some_rules() -> list[Eligibility]:
    """The three of Jinshan with both versions, one that asks in the short form, one with every form of a condition and names that JavaScript knows too."""
    catalogue = load_catalogue()
    codes = [f"jinshan-{name}" for name in ("marriage-registration", "identity-card", "temporary-identity-card", "newborn")]
    found = [offer.service.rules for code, day in itertools.product(codes, DAYS) if (offer := catalogue.service(code, day)) is not None]
    say = Text(zh="好", en="good")
    odd = Condition(any_of=[Condition(question="constructor", value="yes"), Condition(negated=Condition(question="tostring", choice=["a", "b"]))])
    questions = [Question("constructor", say), Question("tostring", say, [Option("a", say), Option("b", say), Option("c", say)])]
    return [*found, Eligibility(questions, [Rule("go-on", say, odd), Rule("not-possible", say)])]


def as_python_says(rules: Eligibility, said: dict[str, str]) -> dict[str, Any]:
    verdict = evaluate(rules, said)
    if verdict.kind == "open":
        return {"kind": "open", "open": [question.id for question in verdict.open_questions]}
    bring = [msgspec.to_builtins(text) for text in verdict.bring]
    return {"kind": verdict.kind, "reason": msgspec.to_builtins(verdict.reason), "goTo": verdict.go_to, "bring": bring}


def test_page_and_server_tell_the_same_after_every_answer(tmp_path: Path) -> None:
    rules = some_rules()
    answers = [list(partly(each)) for each in rules]
    vectors = tmp_path / "asked.json"
    vectors.write_text(json.dumps([{"rules": msgspec.to_builtins(r), "answers": a} for r, a in zip(rules, answers, strict=True)]), encoding="utf-8")
    (tmp_path / "package.json").write_text('{ "type": "module" }')
    (tmp_path / "reader.js").write_text(READER)
    compiled = f"tsc --target es2022 --lib es2023 --module es2022 --moduleResolution bundler --skipLibCheck --outDir '{tmp_path}' config/web/eligibility.ts"
    command = [str(ROOT / "deploy/setup/npm"), "exec", "--offline", "--call", f"{compiled} && node '{tmp_path / 'reader.js'}' '{vectors}'"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    for each, said_so_far, verdicts in zip(rules, answers, told, strict=True):
        for said, verdict in zip(said_so_far, verdicts, strict=True):
            if verdict["kind"] == "open":
                verdict["open"] = [question["id"] for question in verdict["open"]]
            assert verdict == as_python_says(each, said), said
    assert sum(map(len, told)) > 3000
