"""The custody process: it signs and countersigns, never against its word, and gives recordings in clear to whoever may ask."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.secret import Secret, read_secret
from recordings import canonical, heads
from recordings.custody import loopback, parser
from recordings.custody_client import Custody, CustodyAway, CustodyRefused
from recordings.keys import PublicKeys, ensure_demo_keys, rotate_keys
from recordings.vault import Vault
from tests.programs import Program
from tests.recordings.custodian import NOW, Recorded, custody, head, running
from tests.recordings.sealed import name
from tests.waiting import until

MEGABYTE = 1024 * 1024


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_demo_keys(tmp_path, ["jinshan", "haiyan"], NOW)
    return tmp_path


@pytest.fixture
def recorded(data: Path) -> Recorded:
    return Recorded(data)


def public(data: Path, jurisdiction: str) -> PublicKeys:
    return ensure_demo_keys(data, [jurisdiction], NOW)[jurisdiction]


async def refused(client: Custody, statement: dict[str, object]) -> str:
    with pytest.raises(CustodyRefused) as refusal:
        await client.sign(statement)
    return refusal.value.code


# --- signing


async def test_the_home_signs_and_the_host_countersigns(data: Path) -> None:
    async with custody(data) as home, custody(data, "haiyan") as host:
        signed = canonical.write(await home.sign(head()))
        countersigned = canonical.write(await host.sign(head(role="host", by="haiyan")))
        assert await home.public() == public(data, "jinshan")
    first = heads.verify(signed, public(data, "jinshan").signing).head
    second = heads.verify(countersigned, public(data, "haiyan").signing).head
    assert (first.seq, first.digest, first.root, first.session) == (second.seq, second.digest, second.root, second.session)
    with pytest.raises(heads.NotSigned):
        heads.verify(countersigned, public(data, "jinshan").signing)


async def test_it_signs_for_its_own_jurisdiction_only(data: Path) -> None:
    async with custody(data) as home:
        assert await refused(home, head(by="haiyan")) == "not-ours"
        assert await refused(home, {**head(), "seq": 0}) == "bad-statement"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_it_never_contradicts_itself_also_after_a_restart(data: Path, end: signal.Signals) -> None:
    async with running(data) as process:
        async with Custody(process.where) as client:
            first = await client.sign(head(4))
            assert await refused(client, head(4, "b")) == "contradicts"
        process.program.process.send_signal(end)
        ended = await process.program.ended()
    assert ended.status == (0 if end == signal.SIGTERM else -signal.SIGKILL)
    assert (data / "custody/jinshan/custody.sock").exists() == (end == signal.SIGKILL)
    async with custody(data) as client:
        assert await client.sign({**head(4), "at": "2026-11-24T10:00:00.000Z"}) == first
        assert await refused(client, head(4, "b")) == "contradicts"
        assert await refused(client, head(3)) == "older"
        assert (await client.sign(head(5, "b")))["head"]["seq"] == 5


async def test_the_bytes_of_an_export_are_signed_and_those_of_nothing_else(data: Path) -> None:
    statement = {"at": "2026-11-23T09:30:00.000Z", "by": "jinshan", "digest": "a" * 64, "format": "virtual-window-export/1", "session": "s-12345678"}
    async with custody(data) as client:
        mark, signature = await client.sign_bytes(canonical.write(statement))
        assert mark == public(data, "jinshan").signing_fingerprint and len(signature) == 64
        with pytest.raises(CustodyRefused, match="bad-statement"):
            await client.sign_bytes(canonical.write({"format": "virtual-window-cheque/1"}))
        await client.sign_bytes(canonical.write(head()))
        with pytest.raises(CustodyRefused, match="signed-before"):
            await client.sign_bytes(canonical.write({**head(), "at": "2026-11-24T10:00:00.000Z"}))


async def test_a_rotation_needs_no_restart_and_old_recordings_stay_open(data: Path, recorded: Recorded) -> None:
    of = recorded.segment([b"sealed to the old key"])
    async with custody(data) as client:
        old = await client.public()
        new = rotate_keys(data, "jinshan", NOW + 5)
        assert await client.public() == new != old
        assert (await client.sign(head()))["key"] == new.signing_fingerprint
        assert [piece async for piece in client.open_segment(recorded.wrapped, of)] == [b"sealed to the old key"]


# --- opening


async def test_a_segment_comes_in_clear(data: Path, recorded: Recorded) -> None:
    of = recorded.segment([b"first ", b"", b"second"])
    async with custody(data) as client:
        assert b"".join([piece async for piece in client.open_segment(recorded.wrapped, of)]) == b"first second"
        facts = await client.check_segment(recorded.wrapped, of)
    assert facts.clear == hashlib.sha256(b"first second").hexdigest()
    with recorded.vault.open_segment(of) as file:
        sealed = file.read()
    assert (facts.sealed, facts.bytes, facts.chunks, facts.state) == (hashlib.sha256(sealed).hexdigest(), len(sealed), 4, "whole")


async def test_a_segment_that_went_to_the_spill_disk_is_found_too(data: Path, recorded: Recorded) -> None:
    first = recorded.segment([b"on the usual disk"])
    async with custody(data) as client:
        assert [piece async for piece in client.open_segment(recorded.wrapped, first)] == [b"on the usual disk"]
        recorded.vault = Vault(data / "spill")  # there since a moment ago
        second = recorded.segment([b"on the other"], name(1))
        assert [piece async for piece in client.open_segment(recorded.wrapped, second)] == [b"on the other"]
    recorded.vault = Vault(data / "elsewhere")
    third = recorded.segment([b"where it was told to look"], name(2))
    async with custody(data, "jinshan", "--recordings", str(data / "elsewhere")) as client:
        assert [piece async for piece in client.open_segment(recorded.wrapped, third)] == [b"where it was told to look"]
        with pytest.raises(CustodyRefused, match="missing"):
            [piece async for piece in client.open_segment(recorded.wrapped, first)]


async def test_a_cut_segment_opens_only_for_who_knows_that_it_is_cut(data: Path, recorded: Recorded) -> None:
    of = recorded.segment([b"first ", b"second"], ended=False)
    async with custody(data) as client:
        assert [piece async for piece in client.open_segment(recorded.wrapped, of, cut=True)] == [b"first second"]
        with pytest.raises(CustodyRefused, match="without its last chunk"):
            [piece async for piece in client.open_segment(recorded.wrapped, of)]


async def test_damage_is_named_with_its_place(data: Path, recorded: Recorded) -> None:
    of = recorded.segment([b"first", b"second"])
    recorded.flip(of, -25)
    async with custody(data) as client:
        with pytest.raises(CustodyRefused) as damage:
            [piece async for piece in client.open_segment(recorded.wrapped, of)]
        assert (damage.value.code, damage.value.chunk) == ("damaged", 1)
        assert damage.value.place is not None
        with pytest.raises(CustodyRefused, match="missing"):
            [piece async for piece in client.open_segment(recorded.wrapped, name(7))]


async def test_damage_far_inside_is_named_after_what_was_good_before_it(data: Path, recorded: Recorded) -> None:
    of = recorded.segment(os.urandom(MEGABYTE) for _ in range(8))
    recorded.flip(of, -2 * MEGABYTE)
    got = 0
    async with custody(data) as client:
        with pytest.raises(CustodyRefused) as damage:
            async for piece in client.open_segment(recorded.wrapped, of):
                got += len(piece)
    assert (damage.value.code, damage.value.chunk) == ("damaged", 6)
    assert got <= 6 * MEGABYTE, "nothing that was not verified"


async def test_a_key_that_is_not_this_home_s_opens_nothing(data: Path, recorded: Recorded) -> None:
    of = recorded.segment([b"clear"])
    async with custody(data, "haiyan") as stranger, custody(data) as home:
        with pytest.raises(CustodyRefused, match="foreign-key"):
            [piece async for piece in stranger.open_segment(recorded.wrapped, of)]
        altered = canonical.write({**canonical.read(recorded.wrapped), "wrapped": "A" * 106 + "=="})
        with pytest.raises(CustodyRefused, match=r"not-unwrapped|bad-key-file"):
            [piece async for piece in home.open_segment(altered, of)]


async def test_a_large_segment_needs_no_more_memory_than_a_small_one(data: Path, recorded: Recorded) -> None:
    block = os.urandom(MEGABYTE)

    def chunks() -> Iterator[bytes]:
        for i in range(160):
            yield i.to_bytes(4, "big") + block

    small = recorded.segment([os.urandom(MEGABYTE)])
    large = recorded.segment(chunks(), name(1))
    async with running(data) as process, Custody(process.where) as client:
        async for _ in client.open_segment(recorded.wrapped, small):
            pass
        before = process.memory()
        digest, expected, length = hashlib.sha256(), hashlib.sha256(), 0
        async for piece in client.open_segment(recorded.wrapped, large):
            digest.update(piece)
            length += len(piece)
        assert process.memory() - before < 24 * MEGABYTE, "of 160"
    for chunk in chunks():
        expected.update(chunk)
    assert (length, digest.digest()) == (160 * (MEGABYTE + 4), expected.digest())


async def test_a_reader_that_goes_away_leaves_nothing_open(data: Path, recorded: Recorded) -> None:
    of = recorded.segment(os.urandom(MEGABYTE) for _ in range(12))
    async with running(data) as process:
        async with Custody(process.where) as client, contextlib.aclosing(client.open_segment(recorded.wrapped, of)) as pieces:
            async for _ in pieces:
                break
        async with Custody(process.where) as client:
            await client.sign(head())
            await until(lambda: not any(link.endswith(".seg") for link in process.open_files()))
        process.program.process.terminate()
        assert (await process.program.ended()).status == 0


# --- the door


async def test_the_socket_is_its_owner_s_alone(data: Path) -> None:
    async with custody(data) as client:
        await client.public()
        assert stat.S_IMODE((data / "custody/jinshan/custody.sock").stat().st_mode) == 0o600
        assert stat.S_IMODE((data / "custody/jinshan/signed.jsonl").stat().st_mode) == 0o600


async def test_over_tcp_a_caller_shows_the_token(data: Path) -> None:
    async with running(data, "jinshan", "--listen", "127.0.0.1:0") as process:
        assert process.where.startswith("http://127.0.0.1:")
        file = data / "custody/jinshan/callers.token"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        async with Custody(process.where, read_secret(file)) as client:
            assert (await client.sign(head()))["head"] == head()
        for wrong in (None, Secret("wrong"), Secret("")):
            async with Custody(process.where, wrong) as client:
                assert await refused(client, head(9)) == "bad-token"
        assert len(process.events("signed")) == 1


async def test_the_token_can_be_given_in_a_file(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a token of our own\n")
    file.chmod(0o600)
    async with custody(data, "jinshan", "--token-file", str(file), token=Secret("a token of our own")) as client:
        await client.public()
    file.chmod(0o644)
    async with Program("recordings.custody", "--jurisdiction", "jinshan", "--data", str(data), "--token-file", str(file)) as program:
        ended = await program.ended()
    assert ended.status == 2 and "chmod 600" in ended.log and "a token of our own" not in ended.log


@pytest.mark.parametrize("where", ["0.0.0.0:80", "192.168.1.5:80", "example.org:80", "localhost:80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "[::]:1"])
def test_it_listens_where_no_other_machine_can_reach_it(where: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert loopback("127.0.0.1:80") == ("127.0.0.1", 80)
    assert loopback("[::1]:0") == ("::1", 0)
    with pytest.raises(SystemExit):
        parser().parse_args(["--jurisdiction", "jinshan", "--data", "x", "--listen", where])
    assert "no loopback address" in capsys.readouterr().err


async def test_one_custody_a_jurisdiction(data: Path) -> None:
    async with running(data), Program("recordings.custody", "--jurisdiction", "jinshan", "--data", str(data)) as second:
        ended = await second.ended()
        assert ended.status == 3 and "busy" in ended.log and not ended.out
        async with Custody(f"unix:{data}/custody/jinshan/custody.sock") as client:
            await client.public()


@pytest.mark.parametrize(("jurisdiction", "word"), [("pinghu", "no-keys"), ("../jinshan", "no jurisdiction")])
async def test_without_keys_it_says_so_and_ends(data: Path, jurisdiction: str, word: str) -> None:
    async with Program("recordings.custody", "--jurisdiction", jurisdiction, "--data", str(data)) as program:
        ended = await program.ended()
    assert ended.status == 2 and word in ended.log and not ended.out


async def test_a_folder_of_any_depth(tmp_path: Path) -> None:
    data = tmp_path.joinpath(*["a-long-name-for-a-folder"] * 6)
    ensure_demo_keys(data, ["jinshan"], NOW)
    async with custody(data) as client:
        assert await client.sign(head())


async def test_who_is_not_there_is_away(data: Path) -> None:
    async with Custody(f"unix:{data}/custody/jinshan/custody.sock") as client:
        with pytest.raises(CustodyAway):
            await client.sign(head())


async def test_its_log_holds_no_key_and_no_signature(data: Path, recorded: Recorded) -> None:
    of = recorded.segment([b"clear"])
    async with running(data) as process:
        async with Custody(process.where) as client:
            signed = await client.sign(head())
            assert [piece async for piece in client.open_segment(recorded.wrapped, of)]
        process.program.process.terminate()
        log = (await process.program.ended()).log
    assert process.events("signed")[0]["seq"] == 4 and process.events("opened")[0]["session"] == of.session
    for pem in (data / "custody/jinshan").glob("*.pem"):
        assert pem.read_text().splitlines()[1] not in log
    assert signed["signature"] not in log
