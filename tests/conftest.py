"""What all tests share: generated examples are judged by what they show, never by how long they took on a busy machine."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("window", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("window")
