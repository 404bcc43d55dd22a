"""Prints the wire for others: TypeScript for the pages and a page for people. `python -m signaling.wire.mirror [--check]`.

With `--check` nothing is written; exit code 1 and the names of what is stale.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from signaling.wire.mirror_markdown import markdown
from signaling.wire.mirror_model import read
from signaling.wire.mirror_typescript import typescript

ROOT = Path(__file__).resolve().parents[2]
TYPESCRIPT = Path("signaling/web/wire.generated.ts")
MARKDOWN = Path("docs/protocol.md")


def printed() -> dict[Path, str]:
    """File → what must stand in it; paths from the project's root."""
    wire = read()
    return {TYPESCRIPT: typescript(wire), MARKDOWN: markdown(wire)}


def stale(root: Path) -> list[Path]:
    """The files that do not say what the classes say."""
    return [file for file, text in printed().items() if not (root / file).exists() or (root / file).read_text(encoding="utf-8") != text]


def write(root: Path) -> list[Path]:
    """Write what is stale; returns what was written."""
    changed = stale(root)
    for file, text in printed().items():
        if file in changed:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, encoding="utf-8")
    return changed


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m signaling.wire.mirror", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    check = parser.parse_args(arguments).check
    for file in (found := stale(ROOT) if check else write(ROOT)):
        sys.stderr.write(f"{file}: {'stale, run python -m signaling.wire.mirror' if check else 'written'}\n")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
