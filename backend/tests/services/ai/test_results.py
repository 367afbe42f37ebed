"""From a reply to suggestions: placed by their quotes, with receipts, the same bytes every time."""

import pytest

from app.adapters.llm.port import Focus, SourceFile
from app.schemas.replies import (
    Claim,
    DocumentationReply,
    FileSummaryReply,
    InlineCommentReply,
    RenameIdea,
    RenameSuggestionsReply,
    SkippedSymbol,
    SymbolDocumentation,
)
from app.services.ai.results import Skipped, build_suggestions

TEXT = "def add(a, b):\n    return a + b\n\n\ndef x(a):\n    return a + b\n"
FILES = (SourceFile("m.py", "blob", "python", TEXT),)
GOOD = Claim(text="It adds.", path="m.py", quote="def add(a, b):")
BAD = Claim(text="It multiplies.", path="m.py", quote="return a * b")


def test_a_summary_is_one_suggestion_with_a_receipt_for_every_claim() -> None:
    result = build_suggestions(FileSummaryReply(summary="Adds.", claims=[GOOD, BAD]), FILES, asked=["m.py"])
    (one,) = result.suggestions
    assert (one.path, one.text, one.start_line) == ("m.py", "Adds.", None)
    assert [receipt.status for receipt in one.receipts] == ["supported", "unsupported"]
    assert (result.supported, result.unsupported) == (1, 1)


def test_a_comment_stands_where_it_was_asked_for() -> None:
    reply = InlineCommentReply(comment="Hm.", claims=[GOOD])
    result = build_suggestions(reply, FILES, asked=["m.py"], focus=Focus("m.py", 1, 2))
    assert (result.suggestions[0].start_line, result.suggestions[0].end_line) == (1, 2)


def test_a_rename_is_placed_at_the_definition_it_quotes_or_nowhere() -> None:
    ideas = [
        RenameIdea(symbol="x", suggestion="add_b", reason="Says nothing.", quote="def x(a):"),
        RenameIdea(symbol="y", suggestion="z", reason="Invented.", quote="def y():"),
    ]
    result = build_suggestions(RenameSuggestionsReply(ideas=ideas), FILES, asked=["m.py"])
    assert [(one.symbol, one.new_name, one.start_line) for one in result.suggestions] == [
        ("x", "add_b", 5),
        ("y", "z", None),
    ]
    assert result.suggestions[1].receipts[0].status == "unsupported"


@pytest.mark.parametrize("claims", [[], [BAD]])
@pytest.mark.parametrize("kind", [FileSummaryReply, InlineCommentReply])
def test_a_text_that_no_claim_backs_is_unsupported_itself(
    kind: type[FileSummaryReply] | type[InlineCommentReply], claims: list[Claim]
) -> None:
    reply = kind.model_validate({"summary": "Adds.\nIt is fast.", "comment": "Adds.\nIt is fast.", "claims": claims})
    result = build_suggestions(reply, FILES, asked=["m.py"])
    first, *others = result.suggestions[0].receipts
    assert (first.status, first.text, first.path, first.blob_id) == ("unsupported", "Adds.", "m.py", "blob")
    assert first.reason == "No claim that stands for this text was found in the code."
    assert [receipt.text for receipt in others] == [claim.text for claim in claims]
    assert (result.supported, result.unsupported) == (0, 1 + len(claims))


def test_documentation_that_no_claim_backs_is_unsupported_although_its_place_was_found() -> None:
    one = SymbolDocumentation(path="m.py", symbol="x", quote="def x(a):", documentation="Add b. " * 100)
    silent = SymbolDocumentation(path="m.py", symbol="add", quote="def add(a, b):", documentation=" ")
    result = build_suggestions(DocumentationReply(documents=[one, silent]), FILES, asked=["m.py"])
    (receipt,) = result.suggestions[0].receipts
    assert (receipt.status, receipt.start_line, len(receipt.text)) == ("unsupported", None, 200)
    assert result.suggestions[1].receipts == ()


def test_that_a_name_is_defined_somewhere_does_not_support_the_reason_to_change_it() -> None:
    bare = RenameIdea(symbol="x", suggestion="add_b", reason="Says nothing.", quote="def x(a):")
    backed = bare.model_copy(update={"claims": [Claim(text="Adds b.", path="m.py", quote="    return a + b")]})
    result = build_suggestions(RenameSuggestionsReply(ideas=[bare, backed]), FILES, asked=["m.py"])
    assert [(receipt.text, receipt.status) for receipt in result.suggestions[0].receipts] == [
        ("x is defined here.", "supported"),
        ("Says nothing.", "unsupported"),
    ]
    assert [(receipt.text, receipt.start_line) for receipt in result.suggestions[1].receipts] == [
        ("x is defined here.", 5),
        ("Adds b.", 6),
    ]


def test_documentation_is_placed_and_its_claims_are_looked_for_nearby() -> None:
    claim = Claim(text="Uses b.", path="m.py", quote="    return a + b")
    documents = [
        SymbolDocumentation(path="m.py", symbol="x", quote="def x(a):", documentation="Add b.", claims=[claim]),
        SymbolDocumentation(path="m.py", symbol="", quote="", documentation="Sums."),
    ]
    reply = DocumentationReply(documents=documents, skipped=[SkippedSymbol(path="m.py", symbol="", reason="fine")])
    result = build_suggestions(reply, FILES, asked=["m.py"])
    assert [(one.symbol, one.start_line) for one in result.suggestions] == [("x", 5), (None, None)]
    assert result.suggestions[0].receipts[0].start_line == 6
    assert result.skipped == (Skipped("m.py", None, "fine"),)


def test_equal_replies_give_equal_hashes_and_the_json_counts_support() -> None:
    reply = FileSummaryReply(summary="Adds.", claims=[GOOD, BAD])
    first, second = (build_suggestions(reply, FILES, asked=["m.py"]) for _ in range(2))
    assert first.sha256 == second.sha256
    assert build_suggestions(FileSummaryReply(summary="Adds."), FILES, asked=["m.py"]).sha256 != first.sha256
    assert (first.to_json()["supported"], first.to_json()["unsupported"]) == (1, 1)
