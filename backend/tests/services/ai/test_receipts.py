"""Receipts: a claim is supported by text that stands in a file that was sent, or it says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.llm.port import SourceFile
from app.schemas.replies import Claim
from app.services.ai.receipts import check_claims

CODE = 'import os\n\n\ndef add(a, b):\n    """Add."""\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n'
FILES = (
    SourceFile("m.py", "blob-m", "python", CODE),
    SourceFile("s.py", "blob-s", "python", "KEY = '«redacted:openai-key»'\nother = 1\n"),
)


def _check(
    quote: str, path: str = "m.py", near_line: int | None = None
) -> tuple[str, int | None, int | None, str | None]:
    (receipt,) = check_claims([Claim(text="It does.", path=path, quote=quote)], FILES, near_line=near_line)
    assert receipt.text == "It does."
    return receipt.status, receipt.start_line, receipt.end_line, receipt.reason


def test_a_quote_that_stands_in_the_file_is_supported_with_its_lines_and_blob() -> None:
    claim = Claim(text="It adds.", path="m.py", quote='def add(a, b):\n    """Add."""')
    (receipt,) = check_claims([claim], FILES)
    assert (receipt.status, receipt.start_line, receipt.end_line, receipt.blob_id) == ("supported", 4, 5, "blob-m")
    assert receipt.reason is None


def test_a_quote_with_other_indentation_keeps_the_files_own_words() -> None:
    (receipt,) = check_claims([Claim(text="t", path="m.py", quote="return a - b  ")], FILES)
    assert (receipt.status, receipt.quote) == ("supported", "    return a - b")


@pytest.mark.parametrize(
    ("quote", "path", "words"),
    [
        ("def mul(a, b):", "m.py", "does not stand in that file"),
        ("def add", "m.py", "does not stand in that file"),
        ("", "m.py", "Nothing was quoted"),
        ("  \n\t\n", "m.py", "Nothing was quoted"),
        ("def add(a, b):", "../m.py", "not shown a file of that path"),
        ("def add(a, b):", "", "not shown a file of that path"),
        ("KEY = '«redacted:openai-key»'", "s.py", "touches text that was redacted"),
        ("x" * 4000, "m.py", "does not stand in that file"),
    ],
)
def test_a_claim_without_support_is_marked_and_keeps_its_text(quote: str, path: str, words: str) -> None:
    status, start, end, reason = _check(quote, path)
    assert (status, start, end) == ("unsupported", None, None)
    assert words in (reason or "")


def test_a_quote_in_several_places_needs_a_place_nearby() -> None:
    files = (SourceFile("d.py", "b", "python", "x = 1\ny = 2\n" + "z = 3\n" * 10 + "x = 1\n"),)
    claim = Claim(text="t", path="d.py", quote="x = 1")
    assert "more than one place" in (check_claims([claim], files)[0].reason or "")
    assert check_claims([claim], files, near_line=13)[0].start_line == 13


def test_receipts_come_in_the_order_of_the_claims() -> None:
    claims = [Claim(text=str(n), path="m.py", quote="import os" if n % 2 else "nowhere") for n in range(6)]
    assert [receipt.text for receipt in check_claims(claims, FILES)] == list("012345")
    assert [receipt.status for receipt in check_claims(claims, FILES)] == ["unsupported", "supported"] * 3


@given(quote=st.text(max_size=60), path=st.sampled_from(["m.py", "s.py", "x"]))
def test_whatever_is_quoted_a_supported_receipt_is_true(quote: str, path: str) -> None:
    (receipt,) = check_claims([Claim(text="t", path=path, quote=quote)], FILES)
    if receipt.status == "supported":
        assert receipt.start_line is not None
        text = next(file.text for file in FILES if file.path == path)
        assert "\n".join(text.split("\n")[receipt.start_line - 1 : receipt.end_line]) == receipt.quote
        assert "«redacted:" not in receipt.quote


@given(start=st.integers(0, 8), length=st.integers(1, 4))
def test_every_run_of_whole_lines_that_occurs_once_is_found_where_it_is(start: int, length: int) -> None:
    lines = CODE.split("\n")[start : start + length]
    quote = "\n".join(lines)
    if not quote.strip() or CODE.count(quote) != 1:
        return
    filled = [number for number, line in enumerate(lines, start=start + 1) if line.strip()]
    assert _check(quote)[:3] == ("supported", filled[0], filled[-1])
