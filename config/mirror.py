"""Prints `docs/settings.md` from the settings' own classes. `python -m config.mirror [--check]`; with `--check` exit code 1 when it is stale."""

from __future__ import annotations

import argparse
import ast
import inspect
import itertools
import json
import sys
from pathlib import Path

import msgspec

from config.load import SECRET_PREFIX, variable
from config.profiles import PROFILES
from config.settings import Section, Settings
from config.strict import allowed

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs/settings.md")


def markdown() -> str:
    """The whole page."""
    parts = [
        "# Settings",
        "<!-- Printed by `python -m config.mirror` from config/settings.py; do not edit. -->",
        "One TOML file: `virtual-window.toml` in the server's folder, or `--settings FILE`. Every key has a default, so an empty file is a working one; an unknown key or a value "
        "that is not allowed stops the program, naming file, line and key (`bad-settings`). A variable of the environment wins over the "
        "file, a program's own option over both; in a variable the items of a list are separated by commas. A secret stands in a file "
        f"that only its owner can read, or in a variable `{SECRET_PREFIX}<NAME>`.",
    ]
    for section in msgspec.structs.fields(Settings):
        parts += [f"## `[{section.name}]`", inspect.cleandoc(section.type.__doc__ or ""), _table(section.name, section.type)]
    parts += ["## Media profiles", "Width × height, pictures a second at most, bits a second at most (RTP payload).", _profiles()]
    return "\n\n".join(parts) + "\n"


def field_docs(section: type[Section]) -> dict[str, str]:
    """Key → the text that stands below it in the class; Python itself throws it away."""
    body = ast.parse(inspect.getsource(section)).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in itertools.pairwise(body.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
    return found


def _table(section: str, kind: type[Section]) -> str:
    docs = field_docs(kind)
    rows = [["key", "default", "allowed", "variable", "meaning"], ["---"] * 5]
    defaults = kind()
    for field in msgspec.structs.fields(kind):
        default = json.dumps(getattr(defaults, field.name), ensure_ascii=False)
        rows.append([f"`{field.name}`", f"`{default}`", _cell(allowed(field.type)), f"`{variable(section, field.name)}`", _cell(docs[field.name])])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _profiles() -> str:
    rows = [["profile", "camera", "screen", "document", "microphone"], ["---"] * 5]
    for name, profile in PROFILES.items():
        pictures = [f"{p.width}×{p.height}, {p.fps}/s, {p.max_bitrate:,}" for p in (profile.camera, profile.screen, profile.document)]
        rows.append([f"`{name}`", *pictures, f"{profile.microphone.max_bitrate:,}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m config.mirror", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    file, text = ROOT / PAGE, markdown()
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return 0
    if parser.parse_args(arguments).check:
        sys.stderr.write(f"{PAGE}: stale, run python -m config.mirror\n")
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
