"""Log lines: one JSON object each, our own and those of libraries; coloured text at a developer's terminal."""

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.adapters.telemetry.correlation import current_facts
from app.adapters.telemetry.redaction import Redactor
from app.config import Settings
from app.config.book import secret_values

# Their lines are worth reading from here on; below it they describe themselves, or repeat our access line.
_QUIET = {"uvicorn.access": "WARNING", "httpx": "WARNING", "httpcore": "WARNING", "asyncio": "WARNING"}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_BIDI = {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))}


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How one process writes: its name, the least level, a folder for a copy, secrets to keep out."""

    service: str
    level: str = "info"
    directory: Path | None = None
    console: bool = False
    known_secrets: Sequence[str] = ()


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Get a logger. Events are constant dotted names, facts are keyword arguments."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def wants_console(app_env: str, stream: TextIO | None = None) -> bool:
    """Say whether a person reads along: development, at a terminal."""
    return app_env == "dev" and (stream or sys.stderr).isatty()


def configure_logging(settings: Settings, *, service: str, for_people: bool = False) -> None:
    """Set this process's log up as the settings say: JSON on stdout, or text for a developer at his terminal.

    `for_people` is for commands, whose stdout is an answer: only warnings, as text, on stderr.
    """
    write_logs(
        LogOptions(
            service=service,
            level="warning" if for_people else settings.core.log_level,
            directory=settings.data_dir / "logs" if settings.core.log_files else None,
            console=for_people or wants_console(settings.core.app_env),
            known_secrets=secret_values(settings),
        )
    )


def write_logs(options: LogOptions, *, stream: TextIO | None = None) -> None:
    """Send every line of this process to `stream` (stdout, or stderr for a console), and to a file when asked."""
    before = _before_rendering(options)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    target = stream or (sys.stderr if options.console else sys.stdout)
    handlers: list[logging.Handler] = [logging.StreamHandler(target)]
    handlers[0].setFormatter(_formatter(before, console=options.console, colors=target.isatty()))
    if options.directory is not None:
        options.directory.mkdir(parents=True, exist_ok=True)
        copy = WatchedFileHandler(options.directory / f"{options.service}.jsonl", encoding="utf-8", delay=True)
        copy.setFormatter(_formatter(before, console=False))
        handlers.append(copy)
    _take_over(handlers, options.level.upper())


def _take_over(handlers: list[logging.Handler], level: str) -> None:
    """Route the standard library's loggers here, those that libraries configured for themselves included."""
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "dramatiq", "alembic", "sqlalchemy"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name, quiet_level in _QUIET.items():
        logging.getLogger(name).setLevel(quiet_level)
    # A full disk must not turn every log line into a traceback on stderr.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)


def _before_rendering(options: LogOptions) -> list[Processor]:
    redactor = Redactor(options.known_secrets)

    def add_facts(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"service": options.service, **current_facts(), **event}

    def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {name: value if name.startswith("_") else redactor.value(name, value) for name, value in event.items()}

    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        add_facts,
        redact,
    ]


def _formatter(before: list[Processor], *, console: bool, colors: bool = False) -> logging.Formatter:
    render: list[Processor] = [_escape, structlog.dev.ConsoleRenderer(colors=colors)] if console else [_as_json]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_name_foreign, *before],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )


def _name_foreign(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A library's line is a sentence: its logger's name becomes the constant event, the sentence a fact."""
    record: logging.LogRecord = event["_record"]
    return {**event, "event": record.name, "message": event.get("event", "")}


def _as_json(_logger: WrappedLogger, _method: str, event: Mapping[str, Any]) -> str:
    first = {name: event[name] for name in ("timestamp", "level", "service", "event") if name in event}
    # ASCII only: whatever a path or an error message holds, it cannot begin a new line or move a cursor.
    return json.dumps({**first, **event}, default=str, ensure_ascii=True)


def _escape(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    kept = ("exception", "stack")
    return {
        name: value.translate(_CONTROLS | _BIDI) if isinstance(value, str) and name not in kept else value
        for name, value in event.items()
    }
