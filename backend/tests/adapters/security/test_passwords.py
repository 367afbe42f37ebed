"""Passwords: slow to guess, quick to upgrade, and silent about who exists."""

import pytest
from argon2 import PasswordHasher

from app.adapters.security.passwords import HashCost, Passwords, PasswordTooLong

CHEAP = HashCost(memory_kib=64, passes=1, lanes=1)


async def test_the_right_password_is_accepted_and_the_wrong_one_is_not() -> None:
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("correct horse")
    assert (await passwords.verify("correct horse", stored)).ok
    assert not (await passwords.verify("battery staple", stored)).ok


async def test_the_default_cost_is_at_least_what_owasp_asks() -> None:
    stored = await Passwords().hash("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_cheaper_hash_is_replaced_at_login() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")
    verdict = await Passwords(CHEAP).verify("correct horse", stored)
    assert verdict.ok
    assert verdict.new_hash is not None
    assert (await Passwords(CHEAP).verify("correct horse", verdict.new_hash)).new_hash is None


async def test_an_unknown_user_costs_the_same_hash_and_is_refused() -> None:
    passwords = Passwords(CHEAP)
    verdict = await passwords.verify("anything", None)
    assert not verdict.ok
    # The stand-in is a well-formed hash of today's cost: verifying it computes, it does not fail early.
    assert not PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).check_needs_rehash(passwords._nobody)


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "\0"])
async def test_a_damaged_hash_refuses_everybody(stored: str) -> None:
    assert not (await Passwords(CHEAP).verify("", stored)).ok


async def test_a_password_of_megabytes_is_not_hashed() -> None:
    passwords = Passwords(CHEAP)
    with pytest.raises(PasswordTooLong):
        await passwords.hash("a" * 257)
    stored = await passwords.hash("a" * 256)
    assert not (await passwords.verify("a" * 1_000_000, stored)).ok
    assert (await passwords.verify("a" * 256, stored)).ok


async def test_the_same_characters_from_another_keyboard_are_the_same_password() -> None:
    passwords = Passwords(CHEAP)
    assert (await passwords.verify("cafe\u0301-\u212b", await passwords.hash("caf\u00e9-\u00c5"))).ok


async def test_a_lone_surrogate_is_a_password_like_any_other() -> None:
    passwords = Passwords(CHEAP)
    assert (await passwords.verify("\ud800", await passwords.hash("\ud800"))).ok
