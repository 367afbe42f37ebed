"""The exact context of a job, as it is kept: what was asked, what was sent, what was left out. Kept compressed."""

from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

import zstandard
from pydantic import TypeAdapter, ValidationError

from app.adapters.llm.port import Focus, SourceFile
from app.core.hashing import canonical_json, git_blob_id, sha256_hex
from app.services.ai.context import Context
from app.services.ai.errors import ContextNotKept
from app.services.ai.prompts import Prompt
from app.services.ai.redaction import Redaction, redact

RECORD_VERSION: Literal[1] = 1
LARGEST_STORED = 64 * 1024 * 1024
_LARGEST_PLAIN = 256 * 1024 * 1024
_LEVEL = 9  # written once, read seldom

Kind = Literal["file-summary", "inline-comment", "rename-suggestions", "documentation"]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks. No paths: the whole repository (documentation only)."""

    kind: Kind
    paths: tuple[str, ...] = ()
    start_line: int | None = None
    end_line: int | None = None
    text: str | None = None

    @property
    def focus(self) -> Focus | None:
        """The lines the question is about, if it is about lines."""
        if self.start_line is None or self.end_line is None or not self.paths:
            return None
        return Focus(self.paths[0], self.start_line, self.end_line)

    def redacted(self) -> tuple["Question", tuple[Redaction, ...]]:
        """Take the secrets out of its text: people paste what they ask about, and it leaves like the files do."""
        if not self.text:
            return self, ()
        text, redactions = redact(self.text)
        return replace(self, text=text), redactions

    def covers(self, path: str) -> bool:
        """Say whether the question is about a file: by its name, by a folder's, or because it is about everything."""
        return not self.paths or any(path == asked or path.startswith(f"{asked}/") for asked in self.paths)


@dataclass(frozen=True, slots=True)
class AskedFile:
    """A file the question is about, with git's mode: only these may be changed by the answer."""

    path: str
    blob_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that determines what a model was asked, and with its answer, what came of it."""

    version: Literal[1]
    project_id: UUID
    commit: str
    manifest_hash: str
    question: Question
    asked: tuple[AskedFile, ...]
    context: Context
    prompt: Prompt
    max_output_tokens: int

    @property
    def asked_paths(self) -> tuple[str, ...]:
        """Paths of the files the question is about."""
        return tuple(file.path for file in self.asked)

    def file(self, path: str) -> SourceFile | None:
        """Find a file that was sent."""
        return next((file for file in self.context.files if file.path == path), None)

    def original(self, asked: AskedFile) -> bytes | None:
        """Give a file's bytes as they were; None when it was not sent as it is, but redacted or in part."""
        sent = self.file(asked.path)
        data = sent.text.encode() if sent else b""
        return data if sent and git_blob_id(data) == asked.blob_id else None

    def to_json(self) -> dict[str, Any]:
        """Give the form that is stored and shown."""
        value: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return value


_ADAPTER = TypeAdapter(Record)


@dataclass(frozen=True, slots=True)
class PackedRecord:
    """A record as bytes to store, and the hash of its canonical JSON, which is the same for every compressor."""

    data: bytes
    sha256: str


def storage_key(project_id: UUID, ai_job_id: UUID) -> str:
    """Name the stored object of a job's context."""
    return f"ai/{project_id}/{ai_job_id}/context.json.zst"


def pack(record: Record) -> PackedRecord:
    """Turn a record into bytes; equal records give equal hashes."""
    plain = canonical_json(record.to_json())
    return PackedRecord(zstandard.ZstdCompressor(level=_LEVEL).compress(plain), sha256_hex(plain))


def unpack(data: bytes, *, sha256: str) -> Record:
    """Turn stored bytes back into the record; ContextNotKept when they are not what was stored."""
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            plain = reader.read(_LARGEST_PLAIN + 1)
        if len(plain) > _LARGEST_PLAIN or sha256_hex(plain) != sha256:
            raise ContextNotKept("The kept context of this job is damaged: its hash differs.")
        return _ADAPTER.validate_json(plain)
    except (zstandard.ZstdError, ValidationError) as error:
        raise ContextNotKept("The kept context of this job is damaged: it cannot be read.") from error
