"""The tests themselves: one for every module, none that waits for the clock."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.files import ROOMS, ROOT, ours

EXEMPT: dict[str, str] = {
    "signaling/wire/base.py": "the common half of every message; test_mirror reads every one",
    "signaling/wire/mirror_model.py": "a part of the mirror; test_mirror tries it whole",
    "signaling/wire/mirror_typescript.py": "a part of the mirror; test_mirror tries it whole",
    "signaling/wire/mirror_markdown.py": "a part of the mirror; test_mirror tries it whole",
    "config/problem.py": "a mistake in words; test_load, test_jurisdiction and test_catalogue read them",
    "signaling/store/people.py": "tests/contract/test_accounts.py holds every store of people to its port",
    "signaling/store/kiosks.py": "tests/contract/test_accounts.py holds every store of kiosks to its port",
    "signaling/store/memory_people.py": "tests/contract/test_accounts.py holds every store of people and kiosks to its port",
    "signaling/store/memory_record.py": "tests/contract/test_record.py holds every store of records to its port",
    "signaling/store/memory_evidence.py": "tests/contract/test_evidence.py holds every store of evidence to its port",
    "signaling/store/keeping.py": "tests/contract/test_keeping.py holds every store of evidence to its port",
    "signaling/store/memory_keeping.py": "tests/contract/test_keeping.py holds every store of evidence to its port",
    "signaling/store/memory_handovers.py": "tests/contract/test_handovers.py holds every outbox to its port",
    "signaling/office/handover_ports.py": "the ports; tests/contract/test_handovers.py and test_home_systems.py hold their implementations to them",
    "signaling/office/ports.py": "the ports; tests/contract and tests/signaling/office hold their implementations to them",
    "recordings/press.py": "a part of the writer; test_writer.py runs it whole, tests/faults/test_recording_survives.py as a process",
    "recordings/scribe.py": "a part of the writer; test_writer.py runs it whole, tests/faults/test_recording_survives.py as a process",
    "recordings/session_writer.py": "a part of the writer; test_writer.py runs it whole, tests/faults/test_recording_survives.py as a process",
    "recordings/writer_desk.py": "a part of the writer; test_writer.py runs it whole, tests/faults/test_recording_survives.py as a process",
    "signaling/domain/asks.py": "what a clerk asks; tests/stories/test_what_is_asked.py tells it",
    "signaling/domain/case_file.py": "what a visit gathers; tests/stories/test_what_is_asked.py and test_what_is_written.py tell it",
    "signaling/domain/folder.py": "what a visit has gathered; tests/stories/test_cases.py tells it",
    "signaling/domain/session_cases.py": "rules of the machine; tests/stories/test_cases.py tells them",
    "signaling/domain/case_records.py": "what is kept of each case; tests/stories/test_cases.py and tests/contract/test_cases.py tell it",
    "signaling/store/cases.py": "tests/contract/test_cases.py holds every store to its port",
    "signaling/office/case_views.py": "a part of the views; tests/signaling/office/test_cases.py looks at them",
    "signaling/domain/letting_go.py": "what ends by itself; tests/stories/test_what_is_asked.py tells it, any visit's witness watches it",
    "signaling/domain/session_asks.py": "rules of the machine; tests/stories/test_what_is_asked.py tells them",
    "signaling/domain/session_consent.py": "rules of the machine; tests/stories/test_consent.py tells them",
    "signaling/domain/control.py": "what may be operated, and how far; tests/stories/test_remote_operation.py tells it",
    "signaling/domain/form_on_table.py": "the form as the visit has it; tests/stories/test_the_form.py tells it",
    "signaling/domain/session_forms.py": "rules of the machine; tests/stories/test_the_form.py tells them",
    "signaling/domain/session_control.py": "rules of the machine; tests/stories/test_remote_operation.py and test_what_is_written.py tell them",
    "config/text.py": "a text and a folder of files; test_jurisdiction and test_catalogue load through it",
}
"""Module → why it has no test file of its own. A module that only declares (no function has a body) needs none."""


def modules() -> list[Path]:
    return [file for file in ours(".py") if file.parts[0] in ROOMS and file.name != "__init__.py" and "migrations" not in file.parts]


def has_test(module: Path) -> bool:
    """`media/capture/camera.py` → `tests/media/capture/test_camera.py` or `…/test_camera_<story>.py`."""
    folder = ROOT / "tests" / module.parent
    name = module.stem.strip("_")
    return any(folder.glob(f"test_{name}.py")) or any(folder.glob(f"test_{name}_*.py"))


def only_declares(module: Path) -> bool:
    """Whether nothing in it can be run: structs, types, constants, protocols."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return all(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for body in bodies for line in body)


def test_every_module_has_its_test_file() -> None:
    lacking = [file.as_posix() for file in modules() if not has_test(file) and not only_declares(file) and file.as_posix() not in EXEMPT]
    assert not lacking, "\n".join(["no test file for:", *lacking])


def test_the_exempt_exist_and_need_it() -> None:
    known = {file.as_posix() for file in modules()}
    assert set(EXEMPT) <= known
    assert not [file for file in EXEMPT if has_test(Path(file)) or only_declares(Path(file))]


def sleeps(file: Path) -> list[int]:
    """Lines of `time.sleep(…)` and of `asyncio.sleep` for a second or more."""
    found = []
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sleep":
            module = getattr(node.func.value, "id", "")
            length = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else 0
            if module == "time" or (module == "asyncio" and isinstance(length, int | float) and length >= 1):
                found.append(node.lineno)
    return found


def test_no_test_sleeps_instead_of_waiting_for_a_fact() -> None:
    found = [f"{file}:{line}" for file in ours(".py") if file.parts[0] == "tests" for line in sleeps(file)]
    assert not found


def test_no_test_is_skipped_in_silence() -> None:
    found = []
    for file in ours(".py"):
        if file.parts[0] != "tests" or file.name == Path(__file__).name:
            continue
        text = (ROOT / file).read_text(encoding="utf-8")
        found += [f"{file}: {word}" for word in ("pytest.skip(", "mark.skip", "mark.xfail", "importorskip") if word in text]
    assert not found
