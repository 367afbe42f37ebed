"""A recorded question and a recorded answer → what it comes to. Pure: jobs and replays both end here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.hashing import git_blob_id, sha256_hex
from app.schemas.replies import DocumentationReply, SymbolDocumentation
from app.services.ai.docstrings.document import document_file
from app.services.ai.docstrings.edits import DocumentedFile
from app.services.ai.errors import ContextNotKept
from app.services.ai.record import AskedFile, Record
from app.services.ai.redaction import touches_redaction
from app.services.ai.results import EditedFile, Result, Skipped, build_suggestions
from app.services.ai.suggestions import parse_reply

_MOST_LISTED = 500
_GONE = (
    "A file was sent redacted or in part, so its own bytes are not in the kept context, and the mirror no longer has "
    "that version. The result, the context and the answer can still be read as they were recorded. To have the file "
    "documented as it is now, ask again."
)


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file with documentation put in: its bytes before and after, and which symbols' lines were documented."""

    asked: AskedFile
    old: bytes
    documented: DocumentedFile


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """The result, and the files it would change."""

    result: Result
    files: tuple[ChangedFile, ...] = ()


def work_out(record: Record, raw_reply: str, originals: Mapping[str, bytes]) -> WorkedOut:
    """Parse, place and, for documentation, edit; AiOutputInvalid, ContextNotKept when a file's bytes are others.

    `originals` maps the path of every file the question is about to its bytes; only documentation needs them.
    """
    reply = parse_reply(record.question.kind, raw_reply)
    result = build_suggestions(reply, record.context.files, asked=record.asked_paths, focus=record.question.focus)
    if not isinstance(reply, DocumentationReply):
        return WorkedOut(result)
    changed: list[ChangedFile] = []
    skipped = [*_not_sent(record), *result.skipped]
    for asked in record.asked:
        documents, refused = _documents_for(asked.path, reply.documents)
        skipped += refused
        if documents:
            file = _document(record, asked, documents, originals)
            skipped += [Skipped(one.path, one.symbol or None, one.reason) for one in file.documented.skipped]
            changed.append(file)
    skipped += _not_asked_about(record, reply.documents)
    changed = [file for file in changed if file.documented.new_data != file.old]
    edited = tuple(
        EditedFile(
            file.asked.path, file.asked.blob_id, sha256_hex(file.documented.new_data), len(file.documented.edits)
        )
        for file in changed
    )
    return WorkedOut(replace(result, skipped=tuple(skipped), files=edited), tuple(changed))


def _not_sent(record: Record) -> list[Skipped]:
    """List the files that were asked about and that no model was shown, up to a number that people can look through."""
    left_out = [one for one in (*record.context.withheld, *record.context.cut) if record.file(one.path) is None]
    # Without a path it speaks of files that are too many to be named one by one.
    asked = [one for one in left_out if not one.path or record.question.covers(one.path)]
    more = len(asked) - _MOST_LISTED
    shown = [Skipped(one.path, None, one.reason) for one in asked[:_MOST_LISTED]]
    return [*shown, Skipped("", None, f"and {more:,} more files")] if more > 0 else shown


def _documents_for(
    path: str, documents: Sequence[SymbolDocumentation]
) -> tuple[list[SymbolDocumentation], list[Skipped]]:
    """Sort out one file's documents: text that repeats a redaction's mark is never written into a file."""
    usable: list[SymbolDocumentation] = []
    refused: list[Skipped] = []
    for one in documents:
        if one.path != path:
            continue
        if touches_redaction(one.documentation):
            refused.append(Skipped(path, one.symbol or None, "its text holds the mark of a redacted secret"))
        elif one.documentation.strip():
            usable.append(one)
    return usable, refused


def _document(
    record: Record, asked: AskedFile, documents: Sequence[SymbolDocumentation], originals: Mapping[str, bytes]
) -> ChangedFile:
    data = originals.get(asked.path)
    # SHA-256 repositories name blobs otherwise; the mirror read these bytes by that name.
    if data is None or (len(asked.blob_id) == 40 and git_blob_id(data) != asked.blob_id):
        raise ContextNotKept(_GONE, path=asked.path, available=["result", "context", "raw_reply"])
    source = record.file(asked.path)
    language = source.language if source else ""
    return ChangedFile(asked, data, document_file(asked.path, language, data, documents))


def _not_asked_about(record: Record, documents: Sequence[SymbolDocumentation]) -> list[Skipped]:
    asked = set(record.asked_paths)
    return [
        Skipped(one.path, one.symbol or None, "the question was not about that file")
        for one in documents
        if one.path not in asked
    ]
