"""Every message that crosses a socket or an HTTP route: one file per conversation, typed, versioned, importing nothing of ours.

TypeScript (`signaling/web/wire.generated.ts`) and `docs/protocol.md` are printed from these classes by `mirror.py`;
`make check` fails when either is stale.
"""

PROTOCOL = 1
"""Version of the socket protocol; `Hello.protocol` must equal it, anything else is refused with `protocol-version`."""
