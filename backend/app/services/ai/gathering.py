"""Reads what a question needs from the manifest and the mirror, between short scopes, and writes the prompt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.adapters.git.errors import PathNotFound
from app.adapters.git.port import MirrorReader
from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.services.ai.choosing import choose, entries_of
from app.services.ai.context import (
    LARGEST_FILE,
    Admitted,
    Context,
    FileEntry,
    LeftOut,
    admit,
    assemble,
    candidates,
    neighbours,
    refuse,
)
from app.services.ai.errors import NothingToAsk
from app.services.ai.prompts import render
from app.services.ai.record import RECORD_VERSION, AskedFile, Question, Record
from app.services.manifest.build import Scopes
from app.services.manifest.digest import ManifestRef
from app.services.manifest.service import ManifestService

MAX_OUTPUT_TOKENS = {"documentation": 16_000}
_USUAL_OUTPUT_TOKENS = 4_000
_MOST_TOLD = 50  # files in the details of a refusal


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one question may read and send."""

    max_files: int
    budget_tokens: int


async def gather(
    scopes: Scopes, reader: MirrorReader, manifest: ManifestRef, *, question: Question, bounds: Bounds
) -> Record:
    """Choose, read, redact and fit the files of a question, and write its prompt.

    NothingToAsk when no file about which was asked can be sent; Invalid for lines that the file does not have.
    """
    async with scopes(read_only=True) as scope:
        choice = await choose(scope, manifest, question, max_files=bounds.max_files)
    asked, left_out = await _read(reader, choice.entries)
    if not asked:
        raise NothingToAsk(left_out=_told((*left_out, *choice.left_alone)))
    _check_lines(question, asked)
    related: tuple[Admitted, ...] = ()
    if len(asked) == 1:
        names = candidates([asked[0].file])
        async with scopes(read_only=True) as scope:
            present = await entries_of(scope, manifest, names)
        related, refused = await _read(reader, neighbours(names, present))
        left_out = (*left_out, *refused)
    context = assemble(asked, related, left_out=left_out, budget_tokens=bounds.budget_tokens, focus=question.focus)
    context = replace(context, cut=(*context.cut, *choice.left_alone))
    return _record(manifest, question.redacted()[0], context, choice.entries)


async def check_paths(scope: Scope, manifest: ManifestRef, paths: Sequence[str]) -> None:
    """PathNotFound for the first path at which the manifest has neither a file nor a folder."""
    present = await entries_of(scope, manifest, paths)
    for path in paths:
        if path not in present and await ManifestService(scope).entries(manifest, path) is None:
            raise PathNotFound(path=path[:500], commit=manifest.commit)


async def _read(reader: MirrorReader, entries: Sequence[FileEntry]) -> tuple[tuple[Admitted, ...], tuple[LeftOut, ...]]:
    """Read files and take their secrets out; those that cannot be sent are named with the reason."""
    reasons = {entry.path: refuse(entry) for entry in entries}
    wanted = [entry for entry in entries if reasons[entry.path] is None]
    blobs = await reader.read_blobs([entry.blob_id for entry in wanted], max_bytes=LARGEST_FILE) if wanted else []
    admitted: list[Admitted] = []
    left_out = [LeftOut(path, reason) for path, reason in reasons.items() if reason is not None]
    for entry, blob in zip(wanted, blobs, strict=True):
        got = admit(entry, blob.data) if blob.data is not None else LeftOut(entry.path, "the mirror does not hold it")
        if isinstance(got, LeftOut):
            left_out.append(got)
        else:
            admitted.append(got)
    return tuple(admitted), tuple(left_out)


def _told(left_out: Sequence[LeftOut]) -> list[dict[str, str]]:
    return [{"path": one.path, "reason": one.reason} for one in left_out[:_MOST_TOLD]]


def _check_lines(question: Question, asked: Sequence[Admitted]) -> None:
    focus = question.focus
    if focus is None:
        return
    text = asked[0].file.text
    count = text.count("\n") + (not text.endswith("\n") and text != "")
    if focus.end_line > count:
        raise Invalid(f"{focus.path} has {count} lines at that commit.", lines=count)


def _record(manifest: ManifestRef, question: Question, context: Context, entries: Sequence[FileEntry]) -> Record:
    sent = {file.path for file in context.files}
    asked = tuple(AskedFile(one.path, one.blob_id, one.mode) for one in entries if one.path in sent)
    if not asked:
        raise NothingToAsk(
            "None of these files fits into one question. Ask about fewer or smaller ones.",
            left_out=_told(context.cut),
        )
    prompt = render(
        question.kind,
        context.files,
        asked=[file.path for file in asked],
        focus=question.focus,
        question=question.text,
    )
    return Record(
        version=RECORD_VERSION,
        project_id=manifest.project_id,
        commit=manifest.commit,
        manifest_hash=manifest.hash,
        question=question,
        asked=asked,
        context=context,
        prompt=prompt,
        max_output_tokens=MAX_OUTPUT_TOKENS.get(question.kind, _USUAL_OUTPUT_TOKENS),
    )
