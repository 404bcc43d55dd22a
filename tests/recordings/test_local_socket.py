"""A socket's path may be longer than its address can hold."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from recordings.local_socket import LONGEST, address


@pytest.mark.parametrize("depth", [0, 1, 30])
def test_who_binds_and_who_connects_find_each_other(tmp_path: Path, depth: int) -> None:
    folder = tmp_path.joinpath(*["long-name"] * depth)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "custody.sock"
    handles = len(os.listdir("/proc/self/fd"))
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        with address(path) as where:
            assert len(os.fsencode(where)) <= LONGEST
            server.bind(where)
        server.listen(1)
        with address(path) as where:
            client.connect(where)
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"hello")
            assert accepted.recv(5) == b"hello"
    assert path.is_socket()
    assert len(os.listdir("/proc/self/fd")) == handles


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), address(tmp_path / ("x" * 120) / "custody.sock"):
        pass
