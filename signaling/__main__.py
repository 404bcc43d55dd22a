"""`virtual-window serve | demo | admin | custody | verify | doctor …`: one door to the programs that an office runs."""

from __future__ import annotations

import sys

USAGE = """usage: virtual-window COMMAND …

  serve   serve kiosks and counters from a folder      virtual-window serve --data DIR --port N [--demo]
  demo    a trial on this machine, with a simulated resident who waits in the line
  admin   people, kiosks, calendar, record, keys, export virtual-window admin --help
  custody the one holder of a jurisdiction's keys      virtual-window custody --jurisdiction X --data DIR
  receiver  take handed-over cases as a home does      virtual-window receiver --data DIR --keys FILE --port N
  verify  check an exported package, offline           virtual-window verify PACKAGE [--anchors FILE]
  doctor  check what must always be true of a folder   virtual-window doctor --data DIR [--json]
"""


def main() -> int:
    """The command's exit code; 2 when there is no such command."""
    command, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if command == "serve":
        from signaling import serve

        return serve.main(rest)
    if command == "demo":
        from signaling import demo

        return demo.main(rest)
    if command == "admin":
        from signaling import admin

        return admin.main(rest)
    if command == "custody":
        from recordings import custody

        return custody.main(rest)
    if command == "receiver":
        from signaling.receiver import program as receiver

        return receiver.main(rest)
    if command == "verify":
        from recordings import verify

        return verify.main(rest)
    if command == "doctor":
        from signaling.doctor import program

        return program.main(rest)
    print(USAGE, end="", file=sys.stdout if command in ("-h", "--help") else sys.stderr)
    return 0 if command in ("-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main())
