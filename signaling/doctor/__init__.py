"""`virtual-window doctor`: the invariant checker (docs/doctor.md)."""
