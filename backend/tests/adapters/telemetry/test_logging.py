"""Log lines: one JSON object each, with who and why, without secrets and without tricks."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.adapters.telemetry import correlation
from app.adapters.telemetry.logging import LogOptions, configure_logging, get_logger, wants_console, write_logs
from app.config import load_settings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configured = list(root.handlers), root.level, structlog.get_config()
    yield
    logging.captureWarnings(capture=False)
    structlog.configure(**configured)
    for handler in list(root.handlers):
        root.removeHandler(handler)
        if handler not in handlers:
            handler.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


class Lines(io.StringIO):
    """What was written, read back."""

    def parsed(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


def configured(**options: Any) -> Lines:
    lines = Lines()
    write_logs(LogOptions(**{"service": "api", **options}), stream=lines)
    return lines


def test_a_line_says_when_who_what_and_why() -> None:
    lines = configured()
    with correlation.bound(correlation_id="c-1", request_id="r-1"):
        correlation.bind(actor_id="u-1")
        get_logger("app.x").info("repo.synced", commits=3)
    get_logger("app.x").info("outside")
    first, second = lines.parsed()
    assert list(first)[:4] == ["timestamp", "level", "service", "event"]
    assert first | {"timestamp": ""} == {
        "timestamp": "", "level": "info", "service": "api", "event": "repo.synced", "commits": 3,
        "correlation_id": "c-1", "request_id": "r-1", "actor_id": "u-1",
    }  # fmt: skip
    assert first["timestamp"].endswith("Z")
    assert "correlation_id" not in second


def test_lines_of_libraries_look_the_same() -> None:
    lines = configured()
    with correlation.bound(job_id="j-1"):
        logging.getLogger("dramatiq.worker").warning("lost %s at redis://u:hunter2@host", "it")
    (line,) = lines.parsed()
    assert (line["event"], line["job_id"], line["level"]) == ("dramatiq.worker", "j-1", "warning")
    assert line["message"] == "lost it at redis://[redacted]@host"


@pytest.mark.parametrize("name", ["uvicorn", "uvicorn.error", "dramatiq"])
def test_a_library_that_configured_itself_is_taken_over(name: str) -> None:
    logging.getLogger(name).addHandler(logging.StreamHandler(io.StringIO()))
    logging.getLogger(name).propagate = False
    lines = configured()
    logging.getLogger(name).error("hello")
    assert [line["event"] for line in lines.parsed()] == [name]


def test_the_level_is_respected() -> None:
    lines = configured(level="warning")
    get_logger("app").info("quiet")
    get_logger("app").warning("loud")
    assert [line["event"] for line in lines.parsed()] == ["loud"]


@pytest.mark.parametrize("text", ["a\nb", "\r\n{}", "\x1b[2J", "\x00", "\u2028", "\x85", "\x9b31m", "\u202e", "\ud800"])
def test_no_value_can_break_a_line_or_move_a_cursor(text: str) -> None:
    lines = configured()
    get_logger("app").info("upload.refused", path=text)
    written = lines.getvalue()
    assert written.endswith("\n")
    assert written[:-1].isascii()
    assert written[:-1].isprintable()
    assert lines.parsed()[0]["path"] == text


@pytest.mark.parametrize("text", ["a\nb", "\x1b[2J", "\x9b31m", "\u202e"])
def test_the_console_escapes_too(text: str) -> None:
    lines = configured(console=True)
    get_logger("app").info("upload.refused", path=text)
    assert text not in lines.getvalue()
    assert "upload.refused" in lines.getvalue()


def test_an_exception_is_written_with_its_trace_and_without_its_secret() -> None:
    lines = configured(known_secrets=["very-secret-value"])
    try:
        raise ValueError("could not use very-secret-value")
    except ValueError:
        get_logger("app").exception("job.crashed")
    (line,) = lines.parsed()
    assert "Traceback" in line["exception"]
    assert "very-secret-value" not in lines.getvalue()


def test_warnings_become_lines() -> None:
    lines = configured()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old thing", UserWarning, stacklevel=1)
    assert lines.parsed()[0]["event"] == "py.warnings"


def test_a_copy_goes_to_a_file_when_asked(tmp_path: Path) -> None:
    configured(directory=tmp_path / "logs")
    get_logger("app").info("started")
    (line,) = (tmp_path / "logs" / "api.jsonl").read_text().splitlines()
    assert json.loads(line)["event"] == "started"


def test_settings_decide_where_lines_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), "LOG_FILES": "true", "OPENAI_API_KEY": "an-odd-secret"})
    configure_logging(settings, service="worker")
    get_logger("app").info("started", note="key is an-odd-secret")
    written = capsys.readouterr().out
    assert json.loads(written)["note"] == "key is [redacted]"
    assert (tmp_path / "logs" / "worker.jsonl").read_text() == written


def test_a_command_keeps_its_answer_apart_from_its_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(load_settings({"DATA_DIR": str(tmp_path)}), service="up", for_people=True)
    get_logger("app").info("quiet")
    get_logger("app").warning("worker.died", role="ai_worker")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "worker.died" in captured.err
    assert "quiet" not in captured.err
    assert "\x1b" not in captured.err


def test_the_console_is_for_developers_at_a_terminal_only() -> None:
    assert not wants_console("dev", io.StringIO())
    assert not wants_console("prod")
