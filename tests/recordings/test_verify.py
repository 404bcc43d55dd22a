"""The offline verifier against damage: every kind of flip, cut, and foreign byte in the file; and how it speaks and exits."""

from __future__ import annotations

import ast
import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings import heads, verify
from tests.recordings.packages import HOME, HOST, SESSION, Desk, Jurisdiction, anchors, rezip, unzip, whole

PLAIN = whole().pack()
SEALED = whole(form="sealed").pack()
FLIPS = 8000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# --- what it says of a package as it should be ----------------------------------------------------


@pytest.mark.parametrize("package", [PLAIN, SEALED], ids=["clear", "sealed"])
def test_an_untouched_package_is_proven_with_anchors_and_consistent_without(desk: Desk, package: bytes) -> None:
    proven = desk.examine(package, anchors())
    assert (proven["exit"], proven["problems"], proven["session"]) == (0, [], SESSION)
    unconfirmed = desk.examine(package)
    assert (unconfirmed["exit"], unconfirmed["problems"]) == (3, [])
    for jurisdiction in (HOME, HOST):
        assert any(jurisdiction.fingerprint in line for line in unconfirmed["not_proven"])
        assert {"jurisdiction": jurisdiction.code, "key": jurisdiction.fingerprint}.items() <= next(
            s.items() for s in unconfirmed["signers"] if s["jurisdiction"] == jurisdiction.code
        )


def test_the_receipts_code_is_shown(desk: Desk) -> None:
    package = whole()
    assert desk.examine(package.pack())["code"] == heads.short_code(package.records[0])


@pytest.mark.parametrize(
    "known",
    [anchors(HOME), anchors(HOST), anchors(HOST, Jurisdiction("jinshan", "old")), anchors(HOME, Jurisdiction("haiyan", "old")), anchors(Jurisdiction("pinghu"))],
)
def test_anchors_that_do_not_know_every_signer_confirm_nothing(desk: Desk, known: dict[str, object]) -> None:
    assert "anchors do not know" in desk.broken(PLAIN, known)


def test_a_key_signs_in_its_time_only(desk: Desk) -> None:
    known = anchors()
    at = desk.examine(PLAIN)["signers"][0]["at"]
    for bounds, exit in (({"from": at}, 1), ({"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00+08:00"}, 0), ({"until": "2026-09-21T00:00:00Z"}, 1)):
        known["keys"][0].update({"from": "2000-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z", **bounds})
        assert desk.examine(PLAIN, known)["exit"] == exit, bounds


# --- the command ----------------------------------------------------------------------------------


def test_it_runs_alone_from_the_package_it_lies_in(tmp_path: Path) -> None:
    """Nothing of ours can be imported: another folder, isolated from this one, a process of its own."""
    (tmp_path / "package.zip").write_bytes(PLAIN)
    (tmp_path / "anchors.json").write_text(json.dumps(anchors()))
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        archive.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", "verify.py", "package.zip"]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    proven = run("--anchors", "anchors.json")
    assert (proven.returncode, proven.stderr) == (0, "")
    assert "PROVEN" in proven.stdout
    assert "已证实" in proven.stdout
    unconfirmed = run("--json")
    assert unconfirmed.returncode == 3
    assert json.loads(unconfirmed.stdout)["exit"] == 3
    (tmp_path / "package.zip").write_bytes(PLAIN[:-1000])
    assert run().returncode == 1
    (tmp_path / "package.zip").write_bytes(b"something else")
    assert run().returncode == 2


def test_a_console_without_chinese_characters_still_gets_its_verdict(tmp_path: Path) -> None:
    (tmp_path / "package.zip").write_bytes(PLAIN)
    command = [sys.executable, "-X", "utf8=0", verify.__file__, str(tmp_path / "package.zip")]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": "cp1252"}, timeout=60)
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"CONSISTENT" in done.stdout


def test_a_package_cannot_write_on_the_terminal_of_its_auditor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packing = whole()
    packing.story.add("head-signed", {"by": "\x1b[2J\u202ePROVEN\x9b1m\n\n", "code": "", "digest": "", "key": "", "seq": 1})
    (tmp_path / "package.zip").write_bytes(packing.pack())
    for options in ([], ["--json"]):
        assert verify.main([str(tmp_path / "package.zip"), *options]) == 1
        said = capsys.readouterr().out
        assert "1b" in said
        assert not {"\x1b", "\x9b", "\u202e"} & set(said)


def test_it_imports_the_standard_library_and_cryptography_and_reads_on_older_pythons() -> None:
    source = Path(verify.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    modules = {name.name for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    modules |= {n.module or "." for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {m.partition(".")[0] for m in modules} <= {*sys.stdlib_module_names, "cryptography"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "nonsense", '{"format":"virtual-window-anchors/2","keys":[]}', '{"format":"virtual-window-anchors/1","keys":[{"jurisdiction":"x"}]}',
             '{"format":"virtual-window-anchors/1","keys":[{"jurisdiction":"x","key":"short"}]}', '{"format":"virtual-window-anchors/1","keys":[],"roots":[{}]}',
             '{"format":"virtual-window-anchors/1","keys":[{"jurisdiction":"x","key":"' + "0" * 64 + '","from":"yesterday"}]}'],
)  # fmt: skip
def test_anchors_that_cannot_be_read_are_a_mistake_of_the_command(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.zip").write_bytes(PLAIN)
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SystemExit) as ended:
        verify.main([str(tmp_path / "p.zip"), "--anchors", str(tmp_path / "a.json")])
    assert ended.value.code == 2
    assert "a.json" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"P", b"PK\x03", b"hello", b"PK\x03\x04 another zip" * 9, b"\x1aE\xdf\xa3 webm" * 900, rezip([("a.txt", b"text")])])
def test_another_file_is_no_package(desk: Desk, content: bytes) -> None:
    assert desk.examine(content)["exit"] == 2


def test_a_package_that_is_not_there_or_is_a_folder_is_no_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(tmp_path / "nothing.zip")]) == 2
    assert verify.main([str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().out


# --- damage to the file ---------------------------------------------------------------------------


def headers(package: bytes) -> Iterator[int]:
    """Every byte that is not content of a file."""
    inside = 0
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for info in archive.infolist():
            begin = info.header_offset + 30 + len(info.filename)
            yield from range(inside, begin)
            inside = begin + info.file_size
    yield from range(inside, len(package))


@pytest.mark.parametrize("package", [PLAIN, SEALED], ids=["clear", "sealed"])
def test_every_flipped_bit_is_seen_and_its_place_named(tmp_path: Path, package: bytes) -> None:
    """A bit in every byte around the files, and in thousands within them; with a seed, so that a failure can be repeated."""
    path = tmp_path / "package.zip"
    path.write_bytes(package)
    chance = random.Random(20261123)
    structure = list(headers(package))
    places = [*structure, *(chance.randrange(len(package)) for _ in range(FLIPS))]
    for place in places:
        bit = 1 << chance.randrange(8)
        with path.open("r+b") as f:
            os.pwrite(f.fileno(), bytes([package[place] ^ bit]), place)
        result = verify.verify(str(path), anchors())
        with path.open("r+b") as f:
            os.pwrite(f.fileno(), package[place : place + 1], place)
        assert result["exit"] == 1, (place, bit, result)
        problem = result["problems"][0]
        assert names(problem["place"], place, len(package)), (place, problem)
    assert len(places) > 2000
    assert verify.verify(str(path), anchors())["exit"] == 0, "and the package is whole again"


def names(said: str, place: int, size: int) -> bool:
    """Bytes around `place` are named; for a flip in the end record, the end of the file."""
    ranges = [(int(a), int(b)) for a, b in re.findall(r"bytes (\d+)-(\d+)", said)]
    return any(begin <= place < end or (place >= size - 22 and end == size) for begin, end in ranges)


def test_every_cut_is_seen(desk: Desk) -> None:
    chance = random.Random(7)
    cuts = sorted({*range(4, 60), *chance.sample(range(60, len(PLAIN)), 600), *range(len(PLAIN) - 60, len(PLAIN))})
    for length in cuts:
        assert "cut off" in desk.broken(PLAIN[:length]) or length >= len(PLAIN) - 98, length
    for length in range(4):
        assert desk.examine(PLAIN[:length])["exit"] == 2, "nothing is left that tells it was a package"


def test_a_cut_names_the_file_in_which_it_happened(desk: Desk) -> None:
    inside = PLAIN.index(b"playable resident.camera") + 3
    assert "playable/resident.camera.webm" in desk.broken(PLAIN[:inside])


@pytest.mark.parametrize("foreign", [b"\0", b"PK\x05\x06" + bytes(18), b"x" * 70_000, PLAIN])
def test_nothing_may_stand_before_behind_or_between(desk: Desk, foreign: bytes) -> None:
    second = PLAIN.index(b"PK\x03\x04", 4)
    directory = PLAIN.index(b"PK\x01\x02")
    end = PLAIN.rindex(b"PK\x05\x06")
    for at in (0, second, directory, end, len(PLAIN)):
        desk.broken(PLAIN[:at] + foreign + PLAIN[at:])


def test_a_zip_in_another_form_is_not_the_package(desk: Desk, tmp_path: Path) -> None:
    """The same files, written by an ordinary ZIP program: compressed, dated, commented, in another order."""
    files = unzip(PLAIN)

    def rewritten(order: list[str], compression: int = zipfile.ZIP_STORED, comment: bytes = b"", date: tuple[int, ...] = (1980, 1, 1, 0, 0, 0)) -> bytes:
        with zipfile.ZipFile(tmp_path / "other.zip", "w", compression) as archive:
            archive.comment = comment
            for name in order:
                info = zipfile.ZipInfo(name, date)  # type: ignore[arg-type]  # six numbers, as it wants
                info.compress_type = compression
                archive.writestr(info, files[name])
        return (tmp_path / "other.zip").read_bytes()

    order = list(files)
    desk.broken(rewritten(order))
    desk.broken(rewritten(order, zipfile.ZIP_DEFLATED))
    desk.broken(rewritten(order, comment=b"hello"))
    desk.broken(rewritten(order, date=(2026, 11, 23, 9, 30, 0)))


def test_files_in_another_order_or_twice_are_not_the_package(desk: Desk) -> None:
    files = list(unzip(PLAIN).items())
    assert "not in order" in desk.broken(rezip([*files[1:5], files[0], *files[5:]]))
    assert "not in order" in desk.broken(rezip([*files[:-2], files[-1], files[-2]]))
    assert "not in order" in desk.broken(rezip([files[-2], *files[:-2], files[-1]]))
    for name in ("manifest.json", "signatures/manifest.json"):
        among = sorted([*files[:-2], (name, b"forged")])
        assert "not in order" in desk.broken(crafted([(n.encode(), data) for n, data in (*among, *files[-2:])])), "twice, one where the order has its place"
    twice = PLAIN.replace(b"stills/m-1.jpg", b"signed/m-1.jpg")
    desk.broken(twice)


def crafted(files: list[tuple[bytes, bytes]], wrong_crc: bytes = b"", hole: bytes = b"", count: int = 0) -> bytes:
    """A ZIP of which headers, directory and end agree, whatever its names, sums, and what lies between."""
    front, directory = b"", b""
    for name, data in files:
        crc = zlib.crc32(data) ^ (name == wrong_crc)
        directory += verify.directory_record(name, crc, len(data), len(front))
        front += verify.local_header(name, crc, len(data)) + data
    return front + hole + directory + verify.end_record(len(files) + count, len(directory), len(front + hole))


def test_a_zip_that_agrees_with_itself_is_still_held_to_its_form(desk: Desk) -> None:
    files = [(name.encode(), data) for name, data in unzip(PLAIN).items()]
    assert crafted(files) == PLAIN
    assert "ledger.jsonl (bytes" in desk.broken(crafted(files, wrong_crc=b"ledger.jsonl"))
    assert "without a hole" in desk.broken(crafted(files, hole=b"hidden"))
    assert "without a hole" in desk.broken(crafted(files, count=1))
    for name in (b"../evil", b"a/b/c", b"/etc/x", b"\xff", b"a\\b", b""):
        assert "record 1 " in desk.broken(crafted(sorted([*files[:-2], (name, b"")]) + files[-2:])) or name > b"README"


def test_what_is_too_large_to_be_read_is_not_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, said in ((100, "the directory is too large"), (3000, "manifest.json: is too large"), (10, "directory")):
        monkeypatch.setattr(verify, "LARGEST_TEXT", limit)
        assert said in desk.broken(PLAIN)


def test_a_package_beyond_four_gigabytes_has_its_own_form() -> None:
    """Both readings of the form agree on numbers that no test wants to write out."""
    from recordings import package

    for at in (0, 2**32 - 2, 2**32 - 1, 2**32, 2**40):
        assert package._central("segments/a.webm", 7, 9, at) == verify.directory_record(b"segments/a.webm", 7, 9, at)
        for count in (0, 65534, 65535, 65536):
            for length in (0, 2**32 - 2, 2**32 - 1):
                assert package._end(count, length, at) == verify.end_record(count, length, at)
