"""A vendor's program for a reader, as docs/identity.md asks for one: what lies in the file PLACE is on the reader, as JSON, until it is read.

What it was told stands in PLACE.told, a line each; and like some of them it prints the card on its standard error.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path


def main(place: Path) -> None:
    wanted: int | None = None
    heard = b""
    while True:
        if select.select([0], [], [], 0.01)[0]:
            data = os.read(0, 4096)
            if not data:
                return
            *lines, heard = (heard + data).split(b"\n")
            for line in lines:
                said = json.loads(line)
                wanted = said["n"] if said["do"] == "read" else None
                with Path(f"{place}.told").open("a") as told:
                    told.write(f"{said['do']} {said['n']}\n")
        if wanted is not None and place.exists():
            found = json.loads(place.read_text(encoding="utf-8"))
            place.unlink()
            print("read:", found, file=sys.stderr, flush=True)
            print(json.dumps({"n": wanted, **found}, ensure_ascii=False), flush=True)
            wanted = None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
