"""What a statement rests on: the place in the code, and whether the place says so."""

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from app.cli.console import count, out, safe, show_table

Receipt = dict[str, Any]


def show_receipts(receipts: Iterable[Receipt], *, most: int | None = None) -> None:
    """Print receipts, the ones that could not be checked first, and how many there are."""
    found = sorted(receipts, key=lambda one: one["status"] == "supported")
    rows = [(_mark(one), _where(one), one["text"]) for one in found[:most]]
    show_table(("", "where", "claim"), rows, empty="")
    if found:
        out.print(receipt_sums(found), style="dim")


def receipt_sums(receipts: Iterable[Receipt]) -> str:
    """Say how many claims were found where they cite."""
    found = list(receipts)
    good = sum(one["status"] == "supported" for one in found)
    told = f"{good:,} of {count(len(found), 'claim')} found, word for word, in the code they cite."
    if good == len(found):
        return told
    warning = "The others are" if good else "All are" if len(found) > 1 else "It is"
    return f"{told} {warning} marked ✗: do not rely on {'it' if len(found) == 1 else 'them'}."


def unsupported_count(receipts: Iterable[Receipt]) -> int:
    """Count the claims that nothing in the code backs."""
    return sum(one["status"] != "supported" for one in receipts)


def _mark(receipt: Receipt) -> Text:
    good = receipt["status"] == "supported"
    return Text("✓" if good else "✗", style="green" if good else "red")


def _where(receipt: Receipt) -> str:
    first, last = receipt.get("start_line"), receipt.get("end_line")
    lines = "not found" if first is None else str(first) if last in (None, first) else f"{first}-{last}"
    return safe(f"{receipt['path']}:{lines}")
