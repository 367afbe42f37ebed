"""Any language, any text: the door never breaks, and what it quotes stands in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.syntax.describe import call_sites, describe
from app.adapters.syntax.structure import Excerpt, FileStructure, SkippedFile
from app.adapters.syntax.trees import GRAMMARS

OUTLINES = {
    "go": (
        "// Package a.\npackage a\n\n// Runs.\nfunc (f *F) Bar(n int) error { if n > 0 { g() }; return nil }\n",
        "Bar",
    ),
    "rust": ("use a::b;\n\nimpl P {\n    /// Runs.\n    pub fn new(x: i32) -> Self { g() }\n}\n", "P.new"),
    "java": ("class A {\n  /** Runs. */\n  public void run(int n) { g(); }\n}\n", "A.run"),
    "c": ("// Runs.\nstatic int *add(int a) { return g(a); }\n", "add"),
    "cpp": ("namespace n {\n// Runs.\nint f() { return g(); }\n}\n", "n.f"),
    "csharp": ("class A {\n  /// Runs.\n  public int M(int a) { return g(a); }\n}\n", "A.M"),
    "ruby": ("class A\n  # Runs.\n  def run(n)\n    g(n)\n  end\nend\n", "A.run"),
    "php": ("<?php\nclass A {\n  /** Runs. */\n  function m($a) { g(); }\n}\n", "A.m"),
    "kotlin": ("class A {\n  /** Runs. */\n  fun m(a: Int): Int { return g(a) }\n}\n", "A.m"),
    "swift": ("class A {\n  /// Runs.\n  func m(a: Int) -> Int { return g(a) }\n}\n", "A.m"),
    "shell": ("#!/bin/sh\n\n# Runs.\nrun() { g; }\n", "run"),
}

HOSTILE = {
    "deep parentheses": "(" * 50_000 + ")" * 50_000,
    "deep operators": "x = " + "-" * 50_000 + "1",
    "deep attributes": "x" + ".a" * 50_000,
    "long sum": "x" + "+x" * 50_000,
    "many branches": "if a:\n pass\n" + "elif a:\n pass\n" * 5_000,
    "nested blocks": "function a(){" * 5_000,
    "nested templates": "`${" * 20_000,
    "open string": '"""' + "a\n" * 1000,
    "NULs": "def f():\0\n  pass\0",
    "bidirectional": "def f(a):\n    # \u202e\u2066 gnp\n    return '\u202e'\n",
    "lone surrogate": "x = '\udc80'\ndef f(): pass\n",
    "carriage returns": "def f():\r  return 1\rclass A:\r  pass\r",
    "byte order mark": "\ufeffdef f(): pass\n",
    "form feeds": "\f\fdef f():\n\f    pass\n",
    "nothing": "",
    "blank": "\n\n \t\n",
}


def test_every_language_of_the_outline_shows_definitions_with_comments_and_calls() -> None:
    for language, (text, name) in OUTLINES.items():
        seen = describe("a", language, text)
        assert isinstance(seen, FileStructure)
        found = next((it for it in seen.symbols if it.qualified_name == name), None)
        assert found is not None, (language, [it.qualified_name for it in seen.symbols])
        assert (found.documentation, [call.name for call in found.body.calls]) == ("Runs.", ["g"]), language
        assert set(OUTLINES) | {"python", "javascript", "typescript", "tsx"} == set(GRAMMARS)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("language", ["python", "typescript", "tsx", "go", "shell"])
def test_hostile_text_is_described_or_skipped(language: str, text: str) -> None:
    assert describe("a", language, text).path == "a"


def test_large_minified_and_unknown_files_are_skipped_with_the_reason() -> None:
    line = "var a=1;" * 5_000
    cases = {
        "larger": ("javascript", "a;\n" * 2_000_000),
        "minified": ("javascript", line),
        "no grammar": ("cobol", "x"),
    }
    for word, (language, text) in cases.items():
        skipped = describe("a", language, text)
        assert isinstance(skipped, SkippedFile)
        assert word in skipped.reason


@given(
    st.sampled_from(["python", "typescript", "ruby"]),
    st.text(st.sampled_from("def class():{}\n\r\t '\"`#/*=>@a.1é\0"), max_size=200),
)
def test_whatever_is_quoted_stands_in_the_file(language: str, text: str) -> None:
    seen = describe("a", language, text)
    assert isinstance(seen, FileStructure)
    lines = text.removeprefix("\ufeff").split("\n")
    for excerpt in _excerpts(seen):
        whole = "\n".join(lines[excerpt.start_line - 1 : excerpt.end_line])
        assert excerpt.text in (whole, whole.removesuffix("\r"))


def _excerpts(seen: FileStructure) -> list[Excerpt]:
    found = [entry.at for entry in seen.imports]
    for symbol in seen.symbols:
        body = symbol.body
        found += [symbol.head, *(it.at for it in body.raises), *(it.at for it in body.returned)]
        found += [*(it.at for it in body.effects), *(it.at for it in body.calls)]
        found += [symbol.documentation_at] if symbol.documentation_at else []
    return found


def test_calls_between_files_are_found_by_name() -> None:
    one = describe("a.py", "python", "def run(): pass\n")
    two = describe("b.py", "python", "def go(job):\n    job.run()\n")
    assert isinstance(one, FileStructure)
    assert isinstance(two, FileStructure)
    sites = call_sites([one, two])["run"]
    assert [(site.path, site.caller, site.call.callee) for site in sites] == [("b.py", "go", "job.run")]
