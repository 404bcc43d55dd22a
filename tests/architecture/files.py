"""What belongs to the project: its own files, without what is built, installed or cached."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", "node_modules", "dist", "build", "data", "demo-data", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}
ROOMS = ("config", "recordings", "media", "signaling", "kiosk", "counter")


def ours(*suffixes: str) -> list[Path]:
    """Files with one of the suffixes (all: none given), as paths from the root."""
    found: list[Path] = []
    waiting = [ROOT]
    while waiting:
        for path in waiting.pop().iterdir():
            if path.name in NOT_OURS or path.name.endswith(".egg-info") or path.is_symlink():
                continue
            if path.is_dir():
                waiting.append(path)
            elif not suffixes or path.suffix in suffixes:
                found.append(path.relative_to(ROOT))
    return sorted(found)
