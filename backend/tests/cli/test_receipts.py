"""What a person is told of statements that nothing in the code backs."""

from typing import Any

import pytest

from app.cli.receipts import receipt_sums, unsupported_count

GOOD: dict[str, Any] = {"status": "supported"}
BAD: dict[str, Any] = {"status": "unsupported"}


@pytest.mark.parametrize(
    ("receipts", "told"),
    [
        ([GOOD], "1 of 1 claim found, word for word, in the code they cite."),
        ([GOOD, BAD], "The others are marked ✗: do not rely on them."),
        ([BAD], "0 of 1 claim found, word for word, in the code they cite. It is marked ✗: do not rely on it."),
        ([BAD, BAD], "All are marked ✗: do not rely on them."),
    ],
)
def test_what_was_not_found_is_not_to_be_relied_on(receipts: list[dict[str, Any]], told: str) -> None:
    assert receipt_sums(receipts).endswith(told)


def test_statements_without_support_are_counted() -> None:
    assert unsupported_count([GOOD, BAD, BAD]) == 2
