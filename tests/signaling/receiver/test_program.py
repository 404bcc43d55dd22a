"""`virtual-window receiver`: starts, says where, and says why not."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from recordings.keys import KeysError
from signaling.receiver.program import keys_in, main
from tests.programs import ROOT, Program
from tests.signaling.receiver.cases import Cases
from tests.waiting import LONG, until


def test_a_command_line_that_says_too_little_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in (["--data", "x"], ["--data", "x", "--keys", "k"], ["--data", "x", "--keys", "k", "--port", "0", "--tls-key", "k"]):
        with pytest.raises(SystemExit):
            main(line)
    capsys.readouterr()
    assert main(["--data", str(tmp_path / "received"), "--keys", str(tmp_path / "none.json"), "--port", "0"]) == 2
    assert "none.json" in capsys.readouterr().err


def test_keys_come_from_files_and_folders_each_once(tmp_path: Path) -> None:
    cases = Cases(tmp_path)
    assert keys_in([tmp_path / "keys", tmp_path / "keys" / "jinshan.json"]) == sorted(cases.keys.values(), key=lambda key: key.jurisdiction)
    (tmp_path / "empty").mkdir()
    with pytest.raises(KeysError, match="no-keys"):
        keys_in([tmp_path / "empty"])


async def test_it_ends_when_asked_and_with_its_parent(tmp_path: Path) -> None:
    Cases(tmp_path)
    options = ["--data", str(tmp_path / "received"), "--keys", str(tmp_path / "keys")]
    async with Program("signaling", "receiver", *options, "--port", "0", "--drop", str(tmp_path / "inbox")) as program:
        await until(lambda: program.out.startswith("ready http://127.0.0.1:"))
        program.process.terminate()
        assert (await program.ended()).status == 0
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling", "receiver", *options, "--drop", str(tmp_path / "inbox"), "--with-stdin", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None and child.stdin is not None
    assert (await child.stdout.readline()).decode().strip() == f"ready {tmp_path / 'inbox'}"
    child.stdin.close()
    assert await asyncio.wait_for(child.wait(), LONG) == 0
