"""The language model that is none: answers derived from syntax trees, deterministic, free, and labelled as such."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

from app.adapters.llm.offline_comment import comment_on
from app.adapters.llm.offline_document import Described, document
from app.adapters.llm.offline_quotes import Quoter
from app.adapters.llm.offline_rename import suggest_names
from app.adapters.llm.offline_summary import summarise, summarise_plain
from app.adapters.llm.port import ModelCard, ModelReply, ModelRequest, SourceFile
from app.adapters.syntax.describe import call_sites, describe
from app.adapters.syntax.languages import language_of
from app.adapters.syntax.structure import FileStructure, SkippedFile
from app.core.guard import forbid_inside_scope
from app.schemas.replies import (
    REPLY_TYPES,
    FileSummaryReply,
    InlineCommentReply,
    RenameSuggestionsReply,
    Reply,
    SkippedSymbol,
)

PROVIDER = "offline"
MODEL = "syntax-trees"
_HALVES = re.compile("[\ud800-\udfff]")
_NOTHING_SHOWN = "No file was shown, so nothing can be said. No language model was used."


class OfflineModel:
    """Answers every kind of question from the files' syntax trees; nothing leaves the process."""

    @property
    def card(self) -> ModelCard:
        """Say who this is: no host, no cost, nothing sent."""
        return ModelCard(provider=PROVIDER, model=MODEL, host=None, leaves_machine=False)

    def supports(self, kind: str) -> bool:
        """Every kind that has a reply type."""
        return kind in REPLY_TYPES

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Answer with JSON of the request's reply type; the same request always gives the same text."""
        forbid_inside_scope("reading syntax trees")
        # Parsing is pure computation: in a thread, so that leases are renewed meanwhile.
        text = await asyncio.to_thread(_answer, request)
        return ModelReply(provider=PROVIDER, model=MODEL, text=text, input_tokens=0, output_tokens=0)


def _answer(request: ModelRequest) -> str:
    return _ANSWERS[request.kind](_Shown(request)).model_dump_json()


class _Shown:
    """The files of one request, described, and which of them are asked about."""

    def __init__(self, request: ModelRequest) -> None:
        self.request = request
        # Half characters cannot be written as JSON; what holds one is quoted with the sign for "unknown".
        files = [replace(file, text=_HALVES.sub("\ufffd", file.text)) for file in request.files]
        self.files = {file.path: file for file in files}
        self.quoters = {file.path: Quoter(file.path, file.text) for file in files}
        self.asked = [self.files[path] for path in request.asked if path in self.files] or files
        self.structures: dict[str, FileStructure | SkippedFile] = {}

    def look(self, file: SourceFile) -> Described | SkippedFile:
        """Describe a file once; a SkippedFile says why it could not be."""
        if file.path not in self.structures:
            language = file.language or language_of(file.path, file.text[:4096].encode("utf-8", "replace")) or ""
            self.structures[file.path] = describe(file.path, language, file.text)
        seen = self.structures[file.path]
        return seen if isinstance(seen, SkippedFile) else Described(file, seen, self.quoters[file.path])


def _summary(shown: _Shown) -> Reply:
    if not shown.asked:
        return FileSummaryReply(summary=_NOTHING_SHOWN)
    file = shown.asked[0]
    one = shown.look(file)
    if isinstance(one, SkippedFile):
        return summarise_plain(file, one.reason, shown.quoters[file.path])
    return summarise(one, call_sites(_all_structures(shown)), shown.quoters)


def _comment(shown: _Shown) -> Reply:
    focus = shown.request.focus
    file = shown.files.get(focus.path) if focus else None
    if focus is None or file is None:
        return InlineCommentReply(comment=_NOTHING_SHOWN)
    one = shown.look(file)
    if isinstance(one, SkippedFile):
        return InlineCommentReply(comment=f"No syntax tree was read: {one.reason}. No language model was used.")
    sites = call_sites(_all_structures(shown))
    return comment_on(one, focus, sites, shown.quoters, asked=bool(shown.request.question))


def _names(shown: _Shown) -> Reply:
    one = shown.look(shown.asked[0]) if shown.asked else None
    return suggest_names(one) if isinstance(one, Described) else RenameSuggestionsReply()


def _documentation(shown: _Shown) -> Reply:
    looked = [(file, shown.look(file)) for file in shown.asked]
    refused = [
        SkippedSymbol(path=file.path, symbol="", reason=one.reason)
        for file, one in looked
        if isinstance(one, SkippedFile)
    ]
    return document([one for _, one in looked if isinstance(one, Described)], refused)


def _all_structures(shown: _Shown) -> list[FileStructure]:
    looked = [shown.look(file) for file in shown.files.values()]
    return [one.structure for one in looked if isinstance(one, Described)]


_ANSWERS: dict[str, Callable[[_Shown], Reply]] = {
    "file-summary": _summary,
    "inline-comment": _comment,
    "rename-suggestions": _names,
    "documentation": _documentation,
}
