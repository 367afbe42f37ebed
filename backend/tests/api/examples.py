"""What the API document shows of a real answer: short enough to read, without secrets and places of this machine."""

import re
from typing import Any

import jsonschema_rs

from tests.api.visitor import Json

MOST_ITEMS = 2
LONGEST_TEXT = 240
PLACEHOLDERS = {"access_token": "eyJhbGciOiJIUzI1NiJ9.an-access-token.signature", "refresh_token": "a-refresh-token"}
PLACEHOLDERS |= {"token": "hsp_a-preview-token", "grant": "hsp_a-grant", "qr_url": "https://hivesync.example/a-link"}
REPO_URL = "https://git.example/sums.git"


def as_example(value: Any, *, repo: str) -> Any:
    """Shorten an answer; `repo` is the repository's place, shown as an address."""
    if isinstance(value, dict):
        return {key: PLACEHOLDERS.get(key) or as_example(each, repo=repo) for key, each in value.items()}
    if isinstance(value, list):
        return [as_example(each, repo=repo) for each in value[:MOST_ITEMS]]
    if not isinstance(value, str):
        return value
    text = re.sub(re.escape(repo), REPO_URL, value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def fit(document: Json, answer: Json, value: Any) -> None:
    """Hold a value against the schema of an answer in JSON."""
    content = answer.get("content", {}).get("application/json", answer)
    schema = {**content["schema"], "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(value)


def outline(value: Any) -> Any:
    """Reduce an answer to its fields and what kind of value each has: wording may change, and how many there are."""
    if isinstance(value, dict):
        return {key: outline(each) for key, each in value.items()}
    if isinstance(value, list):
        return [outline(each) for each in value[:1]]
    return type(value).__name__
