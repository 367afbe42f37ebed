"""Real ids are ordered by time and never repeat."""

from app.adapters.ids import SystemIds


def test_ids_are_version_seven_and_increase() -> None:
    ids = SystemIds()
    made = [ids.new() for _ in range(1000)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}


def test_secrets_differ_and_have_the_asked_length() -> None:
    ids = SystemIds()
    assert ids.secret() != ids.secret()
    assert len(ids.secret(nbytes=48)) == 64


def test_fractions_lie_between_nought_and_one() -> None:
    ids = SystemIds()
    assert all(0 <= ids.fraction() < 1 for _ in range(100))
