"""A model's raw text → a checked reply. Strict and deterministic: the same text always gives the same reply."""

import json
import re
from typing import Any

from pydantic import ValidationError

from app.schemas.replies import REPLY_TYPES, Reply
from app.services.ai.errors import AiOutputInvalid

LONGEST_REPLY = 4 * 1024 * 1024  # characters; a whole repository's documentation is far below
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE_BEGIN = re.compile(r"(?:\A|\n)[ \t]*```[ \t]*(?:json|JSON)?[ \t]*\r?\n")
_FENCE_END = re.compile(r"\n[ \t]*```")
# Copied from the repository or naming something in it: compared letter by letter, so never tidied.
_VERBATIM = frozenset({"path", "quote", "symbol", "suggestion"})
# Invisible in an editor but not to a machine: directional overrides, joiners, tags, controls other than \n and \t.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_UNSTORABLE = re.compile("[\u0000\ud800-\udfff]")
_DEEPEST = 32


def parse_reply(kind: str, raw_text: str) -> Reply:
    """Read a model's answer to a question of `kind`; AiOutputInvalid says in one sentence what is wrong with it."""
    if len(raw_text) > LONGEST_REPLY:
        raise AiOutputInvalid(f"The model's answer has {len(raw_text):,} characters; {LONGEST_REPLY:,} is the limit.")
    value = _load(_unwrapped(raw_text))
    if not isinstance(value, dict):
        raise AiOutputInvalid(f"The model's answer is JSON but not an object: {_name_of(value)}.")
    try:
        return REPLY_TYPES[kind].model_validate(_tidied(value, key="", depth=0))
    except ValidationError as error:
        raise AiOutputInvalid(
            f"The model's answer does not have the expected form: {_first_problems(error)}.",
            problems=error.error_count(),
        ) from error


def _unwrapped(raw_text: str) -> str:
    """Take off what models put around JSON: their thoughts, a code fence, a byte order mark."""
    text = _THOUGHTS.sub("", raw_text.removeprefix("\ufeff"), count=1).strip()
    if text.startswith(("{", "[")):
        return text
    begin = _FENCE_BEGIN.search(text)
    end = _FENCE_END.search(text, begin.end()) if begin else None
    return text[begin.end() : end.start()].strip() if begin and end else text


def _load(text: str) -> Any:
    if not text:
        raise AiOutputInvalid("The model's answer is empty.")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            raise AiOutputInvalid(
                "The model's answer stops in the middle: it ran into its length limit. Ask about less."
            ) from error
        where = f"line {error.lineno}, column {error.colno}"
        raise AiOutputInvalid(f"The model's answer is not JSON: {error.msg} at {where}.") from error
    except (RecursionError, ValueError) as error:
        raise AiOutputInvalid("The model's answer is not JSON that can be read: too deep, or not a number.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _tidied(value: Any, *, key: str, depth: int) -> Any:
    """Remove what is invisible from prose; keep quotations as they are, apart from what no database stores."""
    if depth > _DEEPEST:
        raise AiOutputInvalid("The model's answer is nested too deeply.")
    if isinstance(value, dict):
        return {name: _tidied(inner, key=name, depth=depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_tidied(inner, key=key, depth=depth + 1) for inner in value]
    if not isinstance(value, str):
        return value
    if key in _VERBATIM:
        return _UNSTORABLE.sub("\ufffd", value)
    return _UNSTORABLE.sub("\ufffd", _INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def _name_of(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "a truth value", int: "a number", float: "a number"}
    return names.get(type(value), "nothing")


def _first_problems(error: ValidationError) -> str:
    """Describe up to three problems by place and message, without the values: those are the model's words."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    said = [f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in problems[:3]]
    more = len(problems) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")
