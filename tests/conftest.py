"""What all tests share: nothing is judged by how long it took on a busy machine, neither a generated example nor a transaction."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from config.load import variable

os.environ.setdefault(variable("store", "busy_seconds"), "60")  # noqa: TID251 - for every server and every command that a test starts

settings.register_profile("window", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("window")
