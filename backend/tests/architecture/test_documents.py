"""Documents are complete: decisions are listed and whole, links lead somewhere, generated files are current."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ADRS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
HEADINGS = ("## Context", "## Decision", "## Consequences", "## Alternatives", "## The check")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?://|mailto:|#)([^)#\s]+)[^)]*\)")
FENCED = re.compile(r"```.*?```", re.DOTALL)


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_has_every_part_and_one_quotable_sentence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS if heading not in text] == []
    assert re.search(r"^## Decision\n\n\*\*[^*]+\.\*\*$", text, re.MULTILINE), "one bold sentence opens the decision"
    assert re.search(r"^Status: (proposed|accepted|superseded by \[\d{4}\])", text, re.MULTILINE)


def test_decisions_are_numbered_in_order_and_listed() -> None:
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))
    for path in ADRS:
        title = path.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2]
        assert f"[{path.name[:4]}]({path.name}) | {title} |" in index


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in LINK.findall(FENCED.sub("", path.read_text(encoding="utf-8")))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_commands_in_the_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        (path.name, target)
        for path in documents()
        for target in re.findall(r"(?:`|^)make ([a-z][a-z-]*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {(name, target) for name, target in named if f"\n{target}:" not in makefile} == set()


def test_generated_files_are_current() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "tools/write_docs.py", "--check"],
        env={"PYTHONPATH": str(ROOT / "backend"), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def test_lock_files_name_no_package_index() -> None:
    locks = (ROOT / "backend/requirements").glob("*.txt")
    assert [path.name for path in locks if re.search(r"://|index-url", path.read_text(encoding="utf-8"))] == []
