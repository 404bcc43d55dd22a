"""States of visits as programs before this one stored them."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from signaling.domain.states import AnyState


def as_the_fifth_program_wrote_it(state: AnyState) -> str:
    """Before 0006 a visit had one case, whose papers and lines stood in one file, and one person."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            return [one(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {key: one(each) for key, each in value.items() if key not in ("brought", "folder", "cases", "parties")}
        if "parties" in value:
            found |= {"resident": value["parties"][0]["name"]}
            del found["level"]
        if "folder" in value:
            folder = value["folder"]
            found["file"] = _file_of(folder["cases"][0]) | {"texts": folder["texts"], "texts_kept": folder["texts_kept"]}
        if "cases" in value:
            found["notice"] = _file_of(value["cases"][0])["notice"]
        return found

    return json.dumps(one(json.loads(msgspec.json.encode(state))))


def _file_of(case: dict[str, Any]) -> dict[str, Any]:
    file = {key: each for key, each in case["file"].items() if key != "signed"}
    file["stills"] = [{key: each for key, each in still.items() if key not in ("source", "checked_in")} for still in file["stills"]]
    if file["notice"] is not None:
        del file["notice"]["session"]
    return file


def as_the_second_program_wrote_it(state: AnyState) -> str:
    """Before 0003 a ticket named no key, a talk no recording, and what an earlier talk left behind no origin."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(each) for key, each in value.items() if key not in ("sealed_to", "recording", "origin")}
        return [without(each) for each in value] if isinstance(value, list) else value

    return json.dumps(without(json.loads(as_the_fifth_program_wrote_it(state))))
