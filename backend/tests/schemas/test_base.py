"""What every request body refuses."""

import pytest
from pydantic import ValidationError

from app.schemas.base import In


class Body(In):
    """A body with one text and one other field."""

    text: str | None = None
    number: int = 0


@pytest.mark.parametrize("given", [{"text": "a\0b"}, {"unknown": 1}])
def test_nul_and_unknown_fields_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate(given)


def test_surrounding_blanks_are_cut() -> None:
    assert Body.model_validate({"text": " a ", "number": 3}) == Body(text="a", number=3)
