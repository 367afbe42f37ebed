"""One door: put documentation into a file, prove that nothing else changed, and say what was left alone and why."""

from collections.abc import Callable, Sequence
from functools import partial

from app.schemas.replies import SkippedSymbol, SymbolDocumentation
from app.services.ai.docstrings.edits import DocumentedFile, Edit, LeftAlone, Plan, SymbolEdit
from app.services.ai.docstrings.javascript import JavaScriptPlan
from app.services.ai.docstrings.python import PythonPlan

LARGEST_BYTES = 2 * 1024 * 1024  # hand-written files stay below; larger ones are generated or data
_MOST_ATTEMPTS = 64  # times a file is parsed to find the edits that do not hold
_Maker = Callable[[bytes, Sequence[SymbolDocumentation]], Plan]
_PLANS: dict[str, _Maker] = {
    "python": PythonPlan,
    "javascript": partial(JavaScriptPlan, "javascript"),
    "typescript": partial(JavaScriptPlan, "typescript"),
    "tsx": partial(JavaScriptPlan, "tsx"),
}


def document_file(path: str, language: str, data: bytes, documents: Sequence[SymbolDocumentation]) -> DocumentedFile:
    """Document a file's symbols; never raises for any bytes or text.

    The new bytes were parsed again and differ from the old ones in documentation only. Symbols for which that
    cannot be had are skipped with the reason; a file that cannot be handled comes back unchanged.
    """
    maker = _PLANS.get(language)
    if maker is None:
        return _left_alone(path, data, documents, f"documentation in {language or 'unknown'} files is not edited")
    if len(data) > LARGEST_BYTES:
        return _left_alone(path, data, documents, f"the file was left alone: it is larger than {LARGEST_BYTES:,} bytes")
    try:
        plan = maker(data, documents)
    except LeftAlone as reason:
        return _left_alone(path, data, documents, f"the file was left alone: {reason}")
    new_data, kept, dropped = _proven(data, plan)
    skipped = [_skipped(path, document.symbol, reason) for document, reason in plan.skipped]
    return DocumentedFile(
        new_data=new_data,
        edits=tuple(_symbol_edit(plan, edit) for edit in kept),
        skipped=(*skipped, *(_skipped(path, edit.symbol, reason) for edit, reason in dropped)),
    )


def _symbol_edit(plan: Plan, edit: Edit) -> SymbolEdit:
    data = plan.source.data
    start, last = (data.count(b"\n", 0, offset) for offset in (edit.start, edit.end))
    return SymbolEdit(
        symbol=edit.symbol,
        line=plan.line_of(edit),
        documentation=edit.text,
        start=start,
        end=last + 1,
        grows=edit.new.count(b"\n") - (last - start),
    )


def _proven(data: bytes, plan: Plan) -> tuple[bytes, list[Edit], list[tuple[Edit, str]]]:
    """Make as many edits as hold together; halves of a group that fails are tried apart."""
    edits = sorted(plan.edits, key=lambda edit: (edit.start, edit.definition))
    kept: list[Edit] = []
    dropped: list[tuple[Edit, str]] = []
    groups = [edits] if edits else []
    new_data = data
    attempts = 0
    while groups:
        group = groups.pop()
        attempts += 1
        if attempts > _MOST_ATTEMPTS:
            dropped += [(edit, "it could not be told apart from edits that would change the program") for edit in group]
            continue
        tried = sorted([*kept, *group], key=lambda edit: (edit.start, edit.definition))
        candidate = plan.render(tried)
        problem = plan.problem_with(candidate, tried)
        if problem is None:
            kept, new_data = tried, candidate
        elif len(group) == 1:
            dropped.append((group[0], problem))
        else:
            middle = len(group) // 2
            groups += [group[middle:], group[:middle]]
    return new_data, kept, dropped


def _left_alone(path: str, data: bytes, documents: Sequence[SymbolDocumentation], reason: str) -> DocumentedFile:
    return DocumentedFile(data, (), tuple(_skipped(path, document.symbol, reason) for document in documents))


def _skipped(path: str, symbol: str, reason: str) -> SkippedSymbol:
    return SkippedSymbol(path=path, symbol=symbol, reason=reason[:500])
