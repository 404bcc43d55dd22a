"""The mirror: what pages and people read is printed from the classes, whole and never stale."""

from __future__ import annotations

import re
import shutil
import subprocess
import types
import typing
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

import signaling.wire
from signaling.wire import desk, link, mirror, visit
from signaling.wire.base import Command, Part, Source, kebab
from signaling.wire.mirror_markdown import TITLES, markdown, words
from signaling.wire.mirror_model import MODULES, read
from signaling.wire.mirror_typescript import type_text, typescript

WIRE = read()
PRINTED = typescript(WIRE)


def interface(name: str) -> str:
    found = re.search(rf"export interface {name} \{{\n(.*?)\n\}}", PRINTED, re.DOTALL)
    assert found is not None, name
    return found[1]


def test_nothing_is_stale() -> None:
    assert mirror.stale(mirror.ROOT) == []
    assert mirror.main(["--check"]) == 0


def test_every_module_of_the_wire_is_shown() -> None:
    files = {file.stem for file in Path(signaling.wire.__file__).parent.glob("*.py")}
    assert files - set(MODULES) == {"__init__", "codes", "mirror", "mirror_model", "mirror_typescript", "mirror_markdown"}


def test_every_message_of_every_union_is_an_interface_with_its_tag() -> None:
    for union in (visit.FromKiosk, visit.ToKiosk, desk.FromDesk, desk.ToDesk, link.FromEnd, link.FromServer):
        assert isinstance(union, types.UnionType)
        for struct in typing.get_args(union):
            assert f'readonly type: "{kebab(struct.__name__)}";' in interface(struct.__name__)
            for field in msgspec.structs.fields(struct):
                assert re.search(rf"readonly {field.encode_name}\??: ", interface(struct.__name__))


def test_unions_and_screens() -> None:
    assert re.search(r"export type ToDesk =\n  \| DeskView\n  \| Done\n  \| Refused\n  \| MediaAnswer", PRINTED)
    assert 'readonly screen: "waiting";' in interface("Waiting")
    assert "readonly screen: Idle | Waiting | Ringing | Talking | Parked | Farewell;" in interface("KioskView")
    assert f"export const PROTOCOL = {signaling.wire.PROTOCOL};" in PRINTED


def test_an_end_may_leave_out_what_has_a_default_and_the_server_never_does() -> None:
    assert "readonly needs?: readonly (" in interface("TakeTicket")
    assert "readonly link?: Token | null;" in interface("Hello")
    assert "readonly path: string | null;" in interface("Refused")


def test_names_texts_and_bounds_come_through() -> None:
    assert "readonly sources: Readonly<Record<Mid, Source>>;" in interface("PublishOffer")
    assert "/** False while their line is being repaired. */" in interface("End")
    assert "Note: { min: 0, max: 4000 }," in PRINTED
    page = markdown(WIRE)
    assert "### `take-ticket`" in page and "kiosk → server" in page
    assert "| `already-taken` | refused | another clerk was faster |" in page
    assert "| `stars` | integer, 1 to 5 |" in page


class Odd(Part, frozen=True):
    """Everything that an annotation may hold."""

    a: dict[str, list[Literal["x", "y"] | None]]
    b: Annotated[int, Meta(ge=1)] | None = None


def test_any_annotation_has_typescript_and_words_or_is_refused() -> None:
    kinds = typing.get_type_hints(Odd, include_extras=True)
    assert type_text(kinds["a"], {}) == 'Readonly<Record<string, readonly ("x" | "y" | null)[]>>'
    assert type_text(kinds["b"], {}) == "number | null"
    assert words(kinds["b"], ()) == "integer, 1 to … or null"
    assert type_text(Source, {"Source": Source}) == "Source"
    assert type_text(Odd, {}) == "Odd"
    for refuse in (type_text, words):
        with pytest.raises(TypeError, match="the mirror has no"):
            refuse(complex, {})  # type: ignore[operator]  # both take the kind and what has a name


def test_bases_are_not_messages() -> None:
    names = {shape.name for shape in WIRE.shapes}
    assert not names & {"Message", "Command", "Part", "Screen"}
    assert Command.__subclasses__()


def test_reachable_goes_through_lists_and_parts() -> None:
    assert visit.ConsentGiven in WIRE.reachable("FromKiosk")
    assert desk.LineEntry in WIRE.reachable("ToDesk") and desk.LineEntry not in WIRE.reachable("FromDesk")


def test_a_change_of_a_class_makes_the_files_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert mirror.write(tmp_path) == [mirror.TYPESCRIPT, mirror.MARKDOWN]
    assert mirror.stale(tmp_path) == []
    (tmp_path / mirror.TYPESCRIPT).write_text(PRINTED.replace("readonly stars", "readonly points"), encoding="utf-8")
    assert mirror.stale(tmp_path) == [mirror.TYPESCRIPT]
    monkeypatch.setattr(mirror, "ROOT", tmp_path)
    assert mirror.main(["--check"]) == 1
    assert "wire.generated.ts: stale" in capsys.readouterr().err


def test_the_printed_typescript_is_typescript(tmp_path: Path) -> None:
    tsc = Path(__file__).parents[3] / "node_modules/.bin/tsc"
    assert shutil.which(str(tsc)) is not None, "npm ci has not been run"
    use = tmp_path / "use.ts"
    (tmp_path / "wire.ts").write_text(PRINTED, encoding="utf-8")
    use.write_text(
        'import type { FromKiosk, ToKiosk } from "./wire";\n'
        'export const rate: FromKiosk = { type: "rate", id: "abcdefgh", session: "abcdefgh", stars: 5 };\n'
        'export function seen(m: ToKiosk): number { return m.type === "kiosk-view" && m.screen.screen === "waiting" ? m.screen.place : 0; }\n'
        "// @ts-expect-error an unknown type is no message\n"
        'export const wrong: FromKiosk = { type: "rtae", id: "abcdefgh", session: "abcdefgh", stars: 5 };\n',
        encoding="utf-8",
    )
    done = subprocess.run([str(tsc), "--noEmit", "--strict", "--skipLibCheck", str(use)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout



def test_no_conversation_is_left_out_of_the_page_for_people() -> None:
    assert set(MODULES) - {"base"} == set(TITLES), "a module of the wire without a chapter"
