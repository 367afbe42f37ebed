"""Parsing a model's answer: what is accepted, what is refused and in which words, always the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schemas.replies import REPLY_TYPES, DocumentationReply, FileSummaryReply, RenameSuggestionsReply
from app.services.ai.errors import AiOutputInvalid
from app.services.ai.suggestions import LONGEST_REPLY, parse_reply

CLAIM = {"text": "It adds.", "path": "a.py", "quote": "def add(a, b):"}
GOOD = {"summary": "It adds.", "claims": [CLAIM]}
TEXT = json.dumps(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"  \n{TEXT}\n\n",
        f"\ufeff{TEXT}",
        f"```json\n{TEXT}\n```",
        f"```\r\n{TEXT}\r\n```",
        f"Here you are:\n```json\n{TEXT}\n```\nAnything else?",
        f"<think>\nThe user wants {{}} I think.\n</think>\n{TEXT}",
        f"<think>hm</think>```json\n{TEXT}\n```",
        json.dumps({**GOOD, "confidence": 0.9, "line": 12}),
    ],
)
def test_what_models_put_around_or_into_json_does_not_matter(text: str) -> None:
    assert parse_reply("file-summary", text) == FileSummaryReply.model_validate(GOOD)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("I cannot do that.", "is not JSON: Expecting value at line 1, column 1"),
        (TEXT[:-10], "stops in the middle"),
        (TEXT[:25], "stops in the middle"),
        (TEXT + " and more", "is not JSON: Extra data"),
        ("[1]", "not an object: a list"),
        ("null", "not an object: nothing"),
        ('"text"', "not an object: a text"),
        ("true", "not an object: a truth value"),
        ('{"summary": NaN}', "too deep, or not a number"),
        ('{"summary": ' + "1" * 5000 + "}", "too deep, or not a number"),
        ("{}", "summary: Field required"),
        ('{"summary": 5}', "summary: Input should be a valid string"),
        ('{"summary": "x", "claims": [{}]}', "claims.0.text: Field required"),
        (json.dumps({"summary": "x" * 8001}), "summary: String should have at most 8000 characters"),
        (json.dumps({"summary": "x", "claims": [CLAIM] * 201}), "claims: List should have at most 200 items"),
        ('{"summary": "x", "claims": [{}, {}]}', "and 3 more"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(AiOutputInvalid) as caught:
        parse_reply("file-summary", text)
    assert words in caught.value.message
    assert caught.value.code == "AI_OUTPUT_INVALID"


def test_a_refusal_does_not_repeat_the_models_words() -> None:
    with pytest.raises(AiOutputInvalid) as caught:
        parse_reply("file-summary", '{"summary": ["canary"]}')
    assert "canary" not in caught.value.message


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, '{"summary":' + "[" * 900 + "]" * 900 + "}"])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(AiOutputInvalid):
        parse_reply("file-summary", text)


def test_an_answer_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(AiOutputInvalid, match="4,194,305 characters"):
        parse_reply("file-summary", "x" * (LONGEST_REPLY + 1))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["```json\n", "a```\n", "<think>", "\n ```", "```\n```\n"])
def test_hostile_wrapping_takes_time_in_proportion(piece: str) -> None:
    with pytest.raises(AiOutputInvalid):
        parse_reply("file-summary", "x" + piece * (1_000_000 // len(piece)))


def test_prose_loses_what_is_invisible_and_quotations_keep_every_character() -> None:
    quote = "x = '\u202e\u200b\u00ad'\r\n"
    sent = {"summary": "a\u202eb\u200bc\x1b[31m\r\nd\U000e0041", "claims": [{**CLAIM, "quote": quote}]}
    reply = parse_reply("file-summary", json.dumps(sent))
    assert isinstance(reply, FileSummaryReply)
    assert reply.summary == "abc[31m\nd"
    assert reply.claims[0].quote == quote


def test_what_no_database_stores_is_replaced_everywhere() -> None:
    text = '{"ideas": [{"symbol": "a\\u0000", "suggestion": "b\\ud800", "reason": "c\\udfff", "quote": "d\\u0000"}]}'
    reply = parse_reply("rename-suggestions", text)
    assert isinstance(reply, RenameSuggestionsReply)
    assert reply.ideas[0].model_dump() == {
        "symbol": "a\ufffd",
        "suggestion": "b\ufffd",
        "reason": "c\ufffd",
        "quote": "d\ufffd",
        "claims": [],
    }


def test_of_a_repeated_key_the_last_one_counts_every_time() -> None:
    text = '{"summary": "first", "summary": "second"}'
    assert parse_reply("file-summary", text) == FileSummaryReply(summary="second")


def test_every_kind_of_question_has_an_empty_or_small_answer() -> None:
    assert parse_reply("documentation", "{}") == DocumentationReply()
    assert parse_reply("rename-suggestions", "{}") == RenameSuggestionsReply()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["summary", "claims", "text"]), inner),
    max_leaves=10,
)


@given(kind=st.sampled_from(sorted(REPLY_TYPES)), value=JSON)
def test_any_json_is_parsed_or_refused_and_always_alike(kind: str, value: Any) -> None:
    def once() -> object:
        try:
            return parse_reply(kind, json.dumps(value))
        except AiOutputInvalid as error:
            return error.message

    assert once() == once()


@given(kind=st.sampled_from(sorted(REPLY_TYPES)), text=st.text(max_size=200))
def test_any_text_is_parsed_or_refused(kind: str, text: str) -> None:
    try:
        reply = parse_reply(kind, text)
    except AiOutputInvalid:
        return
    assert isinstance(reply, REPLY_TYPES[kind])
