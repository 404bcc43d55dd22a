"""A program for the stories of `kept_process`: says that it is ready and waits for the end of its input.

    python -m tests.signaling.kept_program FOLDER [ends|stays]

Its lives leave a file each in FOLDER. `ends`: at once and by itself, with 3; `stays`: also when its input is over.
"""

import os
import signal
import sys
from pathlib import Path


def main() -> None:
    folder, way = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    (folder / str(os.getpid())).touch()
    print("lives", file=sys.stderr, flush=True)
    if way == "ends":
        sys.exit(3)
    print("ready", flush=True)
    sys.stdin.read()
    if way == "stays":
        signal.pause()


if __name__ == "__main__":
    main()
