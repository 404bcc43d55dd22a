"""Folders to examine: made once, copied for each test that damages one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signaling.doctor.folder import Patient, copied, made


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("healthy") / "data")


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same while a visit runs."""
    return made(tmp_path_factory.mktemp("busy") / "data", live=True)


@pytest.fixture
def patient(healthy: Path, tmp_path: Path) -> Patient:
    return copied(healthy, tmp_path / "data")


@pytest.fixture
def running(busy: Path, tmp_path: Path) -> Patient:
    return copied(busy, tmp_path / "running")
