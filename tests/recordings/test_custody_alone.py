"""Only custody opens a jurisdiction's private keys: watched at every `open` of every process that a server starts, and by its imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from config.load import environment
from recordings.custody_client import Custody, CustodyAway
from recordings.keys import SOCKET, ensure_demo_keys, private_folder
from tests.architecture.files import ROOMS, ROOT, ours
from tests.programs import Program
from tests.recordings.custodian import NOW, Recorded, head
from tests.recordings.watching import seen, watching
from tests.serving import Served
from tests.waiting import until, until_found


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    return watching(tmp_path)


async def answers(client: Custody) -> bool:
    try:
        await client.public()
    except CustodyAway:
        return False
    return True


async def test_a_whole_server_opens_no_private_key(tmp_path: Path, watched: dict[str, str]) -> None:
    data = tmp_path / "data"
    ensure_demo_keys(data, ["haiyan", "jinshan", "pinghu"], NOW)
    recorded = Recorded(data)
    of = recorded.segment([b"clear"])
    served = Served(data, variables=watched)
    try:
        await served.start()
        async with Custody(f"unix:{private_folder(data, 'jinshan') / SOCKET}") as client:  # the server's own, a process for itself
            await until_found(lambda: answers(client), 60)
            await client.sign(head())
            assert [piece async for piece in client.open_segment(recorded.wrapped, of)] == [b"clear"]
    finally:
        await served.stop()
    assert Path(watched["WATCHED"]).exists(), "the server was watched"
    opened = seen(watched)
    assert [program for program, _ in opened if "recordings.custody" not in program] == []
    assert {program for program, _ in opened} != set(), "its custody was watched too"


async def test_the_watch_sees_who_does_open_them(tmp_path: Path, watched: dict[str, str]) -> None:
    data = tmp_path / "data"
    public = ensure_demo_keys(data, ["jinshan"], NOW)["jinshan"]
    async with Program("recordings.custody", "--jurisdiction", "jinshan", "--data", str(data), variables={**environment(), **watched}) as custody:
        await until(lambda: custody.out.startswith("ready "))
    opened = {Path(path).name for program, path in seen(watched) if "recordings.custody" in program}
    assert opened == {f"signing-{public.signing_fingerprint}.pem", f"sealing-{public.sealing_fingerprint}.pem"}


async def test_making_rotating_and_listing_keys_reads_no_private_half(tmp_path: Path, watched: dict[str, str]) -> None:
    for line in ("make --jurisdiction jinshan", "rotate --jurisdiction jinshan", "list", "fingerprint"):
        command = ("admin", "keys", *line.split(), "--data", str(tmp_path / "data"))
        async with Program("signaling", *command, variables={**environment(), **watched}) as admin:
            assert (await admin.ended()).status == 0, admin.log
    assert Path(watched["WATCHED"]).exists() and seen(watched) == []


def test_no_other_module_knows_how() -> None:
    """Who loads a private key, or imports who does: the import contract of pyproject.toml, and the library's own calls."""
    loading = []
    for file in ours(".py"):
        if file.parts[0] not in ROOMS:
            continue
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom | ast.Import) else [getattr(node, "attr", "")]
            if {"load_pem_private_key", "load_der_private_key", "from_private_bytes", "load_ssh_private_key"} & set(names):
                loading.append(file.as_posix())
    assert set(loading) - {"signaling/local_tls.py"} == {"recordings/private_keys.py"}, "the TLS key is the server's own"
