#!/usr/bin/env python3
"""Writes the documents that are made from the code, or says which are out of date.

tools/write_docs.py [--check] [NAME ...]
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import tables
from api_document import endpoint_book, openapi_document
from schema_table import schema_book

from app.config import book

ROOT = Path(__file__).resolve().parents[1]

# Where it goes → what it says. `make docs` writes them all, `make openapi` the one whose path holds that name.
DOCUMENTS: Mapping[str, Callable[[], str]] = {
    ".env.example": book.env_example,
    "docs/settings.md": book.settings_book,
    "docs/backend_error_model.md": tables.error_book,
    "docs/background_workers.md": tables.worker_book,
    "docs/database_schema.md": schema_book,
    "docs/api/openapi.json": openapi_document,
    "docs/api_endpoints.md": endpoint_book,
}


def main(arguments: list[str]) -> int:
    """Write, or compare; 1 when a document is out of date."""
    check = "--check" in arguments
    names = [argument for argument in arguments if not argument.startswith("-")]
    outdated = []
    for path, render in DOCUMENTS.items():
        if names and not any(name in path for name in names):
            continue
        target, text = ROOT / path, render()
        if target.exists() and target.read_text(encoding="utf-8") == text:
            continue
        outdated.append(path)
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    if check and outdated:
        sys.stderr.write(f"out of date: {', '.join(outdated)}. Run `make docs` and commit what changes.\n")
        return 1
    sys.stdout.write(f"generated files: {', '.join(outdated) + ' written' if outdated else 'up to date'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
