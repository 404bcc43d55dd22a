"""Passwords: hashed away from the event loop, a few at once; the weak ones refused with a reason."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters

from signaling.auth import passwords as module
from signaling.auth.backoff import TryLater
from signaling.auth.passwords import Passwords, check_strength, new_password
from signaling.domain.refusals import Refusal

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
GOOD = "three green lamps"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(2, QUICK)
    yield made
    made.close()


async def test_the_right_password_matches_and_no_other(passwords: Passwords) -> None:
    encoded = await passwords.hash(GOOD)
    assert await passwords.matches(GOOD, encoded)
    assert not await passwords.matches(GOOD + " ", encoded)
    assert not await passwords.matches(GOOD, None)
    assert not await passwords.matches(GOOD, "not a hash at all")
    assert GOOD not in encoded and encoded != await passwords.hash(GOOD), "each has a salt of its own"


async def test_one_password_however_its_letters_are_composed(passwords: Passwords) -> None:
    assert await passwords.matches("caf\u00e9 au lait noir", await passwords.hash("cafe\u0301 au lait noir"))


async def test_half_a_surrogate_pair_is_a_wrong_password_and_no_accident(passwords: Passwords) -> None:
    assert not await passwords.matches("\ud800" * 12, await passwords.hash(GOOD))


async def test_an_unknown_login_costs_the_same_computation() -> None:
    """The hash of nobody has the parameters of everybody's, and is really computed."""
    hasher = PasswordHasher()
    passwords = Passwords(1, hasher)
    known, nobodys = extract_parameters(hasher.hash(GOOD)), extract_parameters(passwords._nobodys)
    passwords.close()
    assert known == nobodys
    assert (known.type.name, known.memory_cost, known.time_cost) == ("ID", 65536, 3)


class Slow:
    """A hasher that takes until it is let go, and counts."""

    memory_cost, time_cost, parallelism, salt_len, hash_len = 64, 1, 1, 16, 32

    def __init__(self) -> None:
        self.go = threading.Event()
        self.running = self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: bytes) -> str:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        assert self.go.wait(30)
        with self._lock:
            self.running -= 1
        return password.decode()


async def test_few_are_computed_at_once_and_the_rest_waits_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 6)
    slow = Slow()
    passwords = Passwords(2, slow)  # type: ignore[arg-type] # a stand-in with the same methods
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(passwords.hash(str(n))) for n in range(8)]
        await asyncio.sleep(0)
        with pytest.raises(TryLater):
            await passwords.hash("one too many")
        # Who goes away makes no room: the thread still computes.
        waiting[0].cancel()
        await asyncio.sleep(0)
        with pytest.raises(TryLater):
            await passwords.hash("still one too many")
        slow.go.set()
    assert [task.result() for task in waiting[1:]] == [str(n) for n in range(1, 8)]
    assert slow.most <= 2
    assert await passwords.hash("now there is room") == "now there is room"
    passwords.close()


async def test_hashes_made_with_other_parameters_are_outdated(passwords: Passwords) -> None:
    assert passwords.outdated(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(GOOD))
    assert not passwords.outdated(await passwords.hash(GOOD))


@pytest.mark.parametrize(
    "weak",
    ["", "short", "elevenchars", "aaaaaaaaaaaaaaaaaaaa", "abababababababab", "passpasspasspass", "abcdefghijklmnop", "987654321098765432109876543210"[:9] * 2,
     "zyxwvutsrqponmlk", "li-lei-1234", "Li-Lei-1234x", "x" * 201, "海盐海盐海盐海盐海盐海盐"],
)
def test_weak_ones_are_refused(weak: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_strength(weak, "li-lei", "李雷")
    assert (refused.value.code, refused.value.path) == ("weak-password", "$.password")
    assert not weak or weak not in refused.value.reason


@pytest.mark.parametrize("good", [GOOD, "correct horse battery staple", "海盐金山平湖三地远程虚拟窗口", "li-lei likes three green lamps", "x" * 6 + "abcdef7890"])
def test_long_ones_are_good_whatever_they_are_made_of(good: str) -> None:
    check_strength(good, "li-lei", "李雷")


def test_generated_ones_are_strong_and_can_be_typed() -> None:
    made = {new_password(secrets.token_bytes) for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_strength(password, "li-lei", "李雷")
        assert len(password) == 23 and password.isascii() and password == password.lower()
