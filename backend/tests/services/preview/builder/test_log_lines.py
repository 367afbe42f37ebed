"""A log has one line for each thing that happened, whatever a repository's files are called."""

from pathlib import Path

from app.core.clock import SystemClock
from app.services.preview.builder.log import BuildLog


def test_names_begin_no_lines_and_tell_terminals_nothing(tmp_path: Path) -> None:
    log = BuildLog(tmp_path / "build.log", SystemClock())
    log.note("left out a\n2026-01-01T00:00:00 step: upload\x1b[2J\x1b]0;title\x07: a submodule")
    text = log.read().decode()
    assert text.count("\n") == 1
    assert text.endswith(" left out a\\u{a}2026-01-01T00:00:00 step: upload: a submodule\n")
