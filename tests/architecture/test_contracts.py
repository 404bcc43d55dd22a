"""Which way things flow in Python: the contracts of pyproject.toml hold, and each says why it is there."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads(TEXT)["tool"]["importlinter"]["contracts"]


def test_every_contract_holds() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def test_every_contract_has_a_reason_above_it() -> None:
    lines = TEXT.splitlines()
    heads = [i for i, line in enumerate(lines) if line == "[[tool.importlinter.contracts]]"]
    assert len(heads) == len(CONTRACTS)
    for i in heads:
        assert lines[i - 1].startswith("# ") and len(lines[i - 1]) > 20, lines[i : i + 2]


def test_the_contracts_notice_a_wrong_import(tmp_path: Path) -> None:
    """The same contracts over a house in which config reaches up and a room comes in by the wrong door."""
    for room in ("config", "recordings", "media", "signaling", "kiosk", "counter"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("")
    for name in ("wire", "domain", "office"):
        (tmp_path / "signaling" / name).mkdir()
        (tmp_path / "signaling" / name / "__init__.py").write_text("")
    named = {name for contract in CONTRACTS for key in ("source_modules", "forbidden_modules") for name in contract.get(key, [])}
    for name in named:
        room, *packages, module = [*name.split("."), ""] if "." not in name else name.split(".")
        if not module or not (tmp_path / room).is_dir():
            continue
        folder = tmp_path / room
        for package in packages:
            folder /= package
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").touch()
        if not (folder / module).is_dir():
            (folder / f"{module}.py").write_text("")
    (tmp_path / "config" / "load.py").write_text("import media\nimport sqlalchemy\n")
    (tmp_path / "signaling" / "domain" / "session.py").write_text("import asyncio\nfrom signaling import office\n")
    (tmp_path / "signaling" / "office" / "review.py").write_text("from recordings import private_keys\n")
    (tmp_path / "kiosk" / "agent.py").write_text("from signaling.domain import session\n")
    (tmp_path / "pyproject.toml").write_text(TEXT, encoding="utf-8")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    for broken in (
        "config is not allowed to import media",
        "config is not allowed to import sqlalchemy",
        "signaling.domain is not allowed to import signaling.office",
        "signaling.domain is not allowed to import asyncio",
        "kiosk is not allowed to import signaling",
        "signaling is not allowed to import recordings.private_keys",
    ):
        assert broken in said, done.stdout
