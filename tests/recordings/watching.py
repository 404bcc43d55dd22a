"""Every opening of a private key, watched in every Python process that is started with these variables."""

from __future__ import annotations

from pathlib import Path

WATCH = """
import os, sys
SEEN = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
PROGRAM = " ".join(sys.orig_argv[1:5])

def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".pem") and not (arguments[2] or 0) & os.O_WRONLY:
        os.write(SEEN, f"{PROGRAM}\\t{arguments[0]}\\n".encode())

sys.addaudithook(watch)
"""


def watching(folder: Path) -> dict[str, str]:
    """Variables with which every Python process tells of each key file that it opens for reading; `folder` is for their notes."""
    (folder / "watch").mkdir()
    (folder / "watch/sitecustomize.py").write_text(WATCH)
    return {"PYTHONPATH": str(folder / "watch"), "WATCHED": str(folder / "seen")}


def seen(watched: dict[str, str]) -> list[tuple[str, str]]:
    """Program and file of each opening of a private key."""
    file = Path(watched["WATCHED"])
    rows = [line.split("\t") for line in file.read_text().splitlines()] if file.exists() else []
    return [(program, path) for program, path in rows if "/custody/" in path or path.startswith(("signing-", "sealing-"))]
