"""A jurisdiction's keys: made once, private halves for their owner alone and on the disk before the public ones are shown."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, keys
from recordings.data_key import fingerprint
from recordings.keys import KeysError, PublicKeys, all_public, ensure_demo_keys, load_public, make_keys, rotate_keys
from recordings.names import BadName

NOW = 1_790_000_000.0
PUBLIC = PublicKeys("jinshan", b"s" * 32, b"S" * 32, "2026-11-23T09:30:00.000Z")


def refused(content: bytes) -> str:
    with pytest.raises(KeysError) as error:
        PublicKeys.decode(content)
    return error.value.code


def modes(data: Path) -> dict[str, int]:
    return {str(path.relative_to(data)): stat.S_IMODE(path.stat().st_mode) for path in sorted(data.glob("**/*"))}


def test_a_pair_of_keys_and_who_may_read_them(tmp_path: Path) -> None:
    data = tmp_path / "new"
    public = make_keys(data, "jinshan", NOW)
    assert modes(data) == {
        "custody": 0o700, "custody/jinshan": 0o700, "custody/jinshan/public.json": 0o600,
        f"custody/jinshan/sealing-{public.sealing_fingerprint}.pem": 0o600, f"custody/jinshan/signing-{public.signing_fingerprint}.pem": 0o600,
        "keys": 0o755, "keys/jinshan.json": 0o644, f"keys/{public.signing_fingerprint}.json": 0o644,
    }  # fmt: skip
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert load_public(data, "jinshan") == public
    assert public.valid_from == "2026-09-21T14:13:20.000Z"


def test_the_public_file_is_as_it_is_described(tmp_path: Path) -> None:
    public = make_keys(tmp_path, "jinshan", NOW)
    fields = json.loads((tmp_path / "keys/jinshan.json").read_bytes())
    assert fields.keys() == {"jurisdiction", "sealing", "signing", "valid_from"}
    assert fingerprint(public.signing) == public.signing_fingerprint
    assert b"PRIVATE" not in b"".join(file.read_bytes() for file in (tmp_path / "keys").iterdir())


def test_keys_are_made_once(tmp_path: Path) -> None:
    public = make_keys(tmp_path, "jinshan", NOW)
    with pytest.raises(KeysError, match="keys-exist"):
        make_keys(tmp_path, "jinshan", NOW)
    assert load_public(tmp_path, "jinshan") == public


def test_a_rotation_keeps_the_old_private_halves_and_shows_every_public_one(tmp_path: Path) -> None:
    old = make_keys(tmp_path, "jinshan", NOW)
    other = make_keys(tmp_path, "haiyan", NOW)
    new = rotate_keys(tmp_path, "jinshan", NOW + 100)
    assert load_public(tmp_path, "jinshan") == new != old
    assert all_public(tmp_path) == [other, old, new]
    assert {file.name for file in (tmp_path / "custody/jinshan").glob("*.pem")} == {
        f"{kind}-{mark}.pem"
        for each in (old, new)
        for kind, mark in (("signing", each.signing_fingerprint), ("sealing", each.sealing_fingerprint))
    }


def test_keys_whose_private_halves_are_elsewhere_are_not_rotated_here(tmp_path: Path) -> None:
    make_keys(tmp_path / "home", "jinshan", NOW)
    (tmp_path / "server").mkdir()
    (tmp_path / "home/keys").rename(tmp_path / "server/keys")
    with pytest.raises(KeysError, match="where its custody runs"):
        rotate_keys(tmp_path / "server", "jinshan", NOW)
    with pytest.raises(KeysError, match="no-keys"):
        rotate_keys(tmp_path / "server", "haiyan", NOW)


def test_what_an_interrupted_run_left_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(data: Path, public: PublicKeys) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keys, "_publish", power_cut)
        with pytest.raises(KeyboardInterrupt):
            make_keys(tmp_path, "jinshan", NOW)
    with pytest.raises(KeysError, match="no-keys"):
        load_public(tmp_path, "jinshan")
    private = {file.name for file in (tmp_path / "custody/jinshan").iterdir()}
    public = make_keys(tmp_path, "jinshan", NOW + 5)
    assert {file.name for file in (tmp_path / "custody/jinshan").iterdir()} == private, "the same pair, published now"
    assert f"signing-{public.signing_fingerprint}.pem" in private


def test_a_trial_s_keys_are_made_where_they_are_missing(tmp_path: Path) -> None:
    first = make_keys(tmp_path, "jinshan", NOW)
    found = ensure_demo_keys(tmp_path, ["haiyan", "jinshan"], NOW)
    assert found["jinshan"] == first
    assert ensure_demo_keys(tmp_path, ["haiyan", "jinshan"], NOW + 9) == found
    (tmp_path / "keys/haiyan.json").write_bytes(b"{}")
    with pytest.raises(KeysError, match="bad-keys"):
        ensure_demo_keys(tmp_path, ["haiyan"], NOW)


@given(st.binary(max_size=60) | st.integers(0, 300).map(lambda place: PUBLIC.encode()[:place]))
def test_anything_else_is_no_public_keys(content: bytes) -> None:
    if content != PUBLIC.encode():
        assert refused(content) == "bad-keys"


@pytest.mark.parametrize("fields", [{"sealing": "AAAA"}, {"signing": None}, {"valid_from": "now"}, {"valid_from": 5}, {"jurisdiction": "../x"}, {"more": 1}], ids=str)
def test_fields_that_cannot_be(fields: dict[str, object]) -> None:
    assert PublicKeys.decode(PUBLIC.encode()) == PUBLIC
    assert refused(canonical.write({**json.loads(PUBLIC.encode()), **fields})) == "bad-keys"


def test_a_file_of_another_jurisdiction_is_not_taken(tmp_path: Path) -> None:
    make_keys(tmp_path, "jinshan", NOW)
    (tmp_path / "keys/jinshan.json").rename(tmp_path / "keys/haiyan.json")
    with pytest.raises(KeysError, match="jinshan's"):
        load_public(tmp_path, "haiyan")
    (tmp_path / "keys/pinghu.json").mkdir()
    with pytest.raises(KeysError, match="bad-keys"):
        load_public(tmp_path, "pinghu")


def test_a_name_from_outside_never_becomes_a_path(tmp_path: Path) -> None:
    for ask in (load_public, keys.private_folder):
        with pytest.raises(BadName):
            ask(tmp_path, "../etc")
    with pytest.raises(BadName):
        make_keys(tmp_path, "a/b", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "custody").write_bytes(b"a file")
    with pytest.raises(KeysError, match="Not a directory"):
        make_keys(tmp_path, "jinshan", NOW)
    (tmp_path / "custody").unlink()
    (tmp_path / "keys").write_bytes(b"a file")
    with pytest.raises(KeysError, match="not-written"):
        make_keys(tmp_path, "jinshan", NOW)
    (tmp_path / "keys").unlink()
    assert all_public(tmp_path) == []
