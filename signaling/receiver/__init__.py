"""`virtual-window receiver`: the reference receiver, a home's own system as small as it can be (docs/handover.md)."""
