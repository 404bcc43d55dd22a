"""Passwords: hashed with Argon2id (RFC 9106), never on the event loop, never more than a few at once; and which ones are too weak."""

from __future__ import annotations

import asyncio
import base64
import itertools
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from signaling.auth.backoff import TryLater
from signaling.domain.refusals import Refusal

SHORTEST, LONGEST = 12, 200
"""Characters. ASVS 5.0 6.2 asks for 8 and advises 15; there is no second factor yet."""

FEWEST_DIFFERENT = 6
"""Different characters in a password: `aaaaaaaaaaaab` is as long as it is weak."""

MOST_WAITING = 32
"""Hashes that may wait for their turn; whoever comes then is asked to try again in a moment."""

OF_RANDOM_ONES = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
"""For `new_password` alone: 100 random bits are guessed by nobody, whatever a guess costs. The first log-in makes the usual hash of it."""

T = TypeVar("T")


class Passwords:
    """Hashes and checks. `at_once` computations run at the same time, each on a thread and in some 64 MiB. Close it."""

    def __init__(self, at_once: int, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._most = at_once + MOST_WAITING
        self._in_hand = 0
        self._nobodys = _hash_of_nobody(self._hasher)

    async def hash(self, password: str) -> str:
        """The encoded hash, with salt and parameters. Raises `TryLater`."""
        return await self._run(lambda: self._hasher.hash(_bytes(password)))

    async def matches(self, password: str, encoded: str | None) -> bool:
        """Whether `password` is the one of `encoded`; None takes as long and matches nothing. Raises `TryLater`."""
        return await self._run(lambda: self._matches(password, encoded))

    def outdated(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        """Lets the threads end."""
        self._threads.shutdown(wait=False)

    def _matches(self, password: str, encoded: str | None) -> bool:
        try:
            self._hasher.verify(encoded or self._nobodys, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._in_hand >= self._most:
            raise TryLater(1)
        # Counted until the thread is done, not until the caller has lost interest: the memory is in use so long.
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        self._in_hand += 1
        future.add_done_callback(self._done)
        return await asyncio.shield(future)

    def _done(self, future: asyncio.Future[T]) -> None:
        self._in_hand -= 1
        if not future.cancelled():
            future.exception()  # somebody may have gone away before it was told


def check_strength(password: str, login: str, name: str) -> None:
    """Raises `Refusal` `weak-password` with the reason. No rules about kinds of characters: length is what counts (NIST SP 800-63B)."""
    plain = unicodedata.normalize("NFC", password).casefold()
    if len(plain) < SHORTEST:
        raise _weak(f"fewer than {SHORTEST} characters")
    if len(password) > LONGEST:
        raise _weak(f"more than {LONGEST} characters")
    if len(set(plain)) < FEWEST_DIFFERENT:
        raise _weak(f"fewer than {FEWEST_DIFFERENT} different characters")
    if _repeats(plain):
        raise _weak("one piece again and again")
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(plain)}
    if steps in ({1}, {-1}):
        raise _weak("a row of neighbours")
    for own in (login, *name.split()):
        if len(own) >= 3 and own.casefold() in plain and len(plain) - len(own) < 8:
            raise _weak("little more than one's own name")


def new_password(random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """100 random bits to be read and typed: `k3xq2-mm7ab-…`, four groups of five."""
    characters = base64.b32encode(random(13)).decode().lower()
    return "-".join(characters[i : i + 5] for i in range(0, 20, 5))


def _repeats(text: str) -> bool:
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, len(text) // 2 + 1))


def _weak(reason: str) -> Refusal:
    return Refusal("weak-password", reason, "$.password")


def _bytes(password: str) -> bytes:
    # One spelling for one password: é may be typed as one character or as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """A well-formed hash of no password, so that an unknown login takes as long as a known one. Costs no computation itself."""

    def random(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()

    parameters = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${parameters}${random(hasher.salt_len)}${random(hasher.hash_len)}"
