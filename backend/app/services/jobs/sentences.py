"""Failures as clauses of one sentence: what went wrong, and what to do next (pure).

Errors say by convention first what is wrong and then, in sentences of their own, what to do about it.
"""

import re

_NEXT_STEPS = {
    "REPO_URL_REFUSED": "change the project's address",
    "REPO_UNREACHABLE": "check the project's address, or sync again later",
    "REPO_AUTH_FAILED": "give the project credentials that may read the repository, then sync again",
    "REPO_TOO_LARGE": "ask the operator to raise GIT_MAX_REPO_BYTES",
    "REPO_CONTENT_REFUSED": "have these objects taken out of its history, or connect another repository",
    "SYNC_IN_PROGRESS": "wait for the other sync to end, then ask again",
    "MIRROR_CORRUPT": "sync the project again, which repairs its mirror",
    "DISK_FULL": "ask the operator to make room, then ask again",
    "MANIFEST_NOT_READY": "sync the project first, then ask again",
    "SYMBOL_NOT_FOUND": "look at its details, then ask at another place or for something else",
    "NAME_COLLISION": "choose another name or place, then ask again",
    "LANGUAGE_UNSUPPORTED": "ask in another file",
    "PATTERN_NOT_FOUND": "change the pattern or the paths, then ask again",
    "PATH_NOT_FOUND": "check path and ref, then ask again",
    "REF_NOT_FOUND": "check the ref or sync the project, then ask again",
    "OBJECT_NOT_FOUND": "sync the project, then ask again",
    "AI_PROVIDER_UNAVAILABLE": "check the provider's address and key, or ask again later",
    "AI_OUTPUT_INVALID": "ask again, or choose another model",
    "AI_BUDGET_EXCEEDED": "ask for fewer files at once",
    "APPROVAL_STALE": "look at what moved, then ask for a new proposal",
    "NOT_APPROVED": "approve the proposal first",
    "PROPOSAL_CONFLICT": "resolve the conflicting hunks, then apply again",
    "STORAGE_UPLOAD_FAILED": "check the object store's settings, then ask again",
    "NOT_FOUND": "check that what the job was about is still there and that you may see it",
    "FORBIDDEN": "ask an owner of the project for the role this needs",
    "VALIDATION_ERROR": "change what was asked for, then ask again",
    "PAYLOAD_TOO_LARGE": "ask for less at once",
    "CONFLICT": "look at what has changed meanwhile, then ask again",
    "RATE_LIMITED": "wait a little, then ask again",
    "UNAVAILABLE": "ask again in a moment",
    "INTERNAL": "try once more; if it fails again, report it with the job's id",
}
_ANY_STEP = "mend what the job's error names, then ask again"
# How advice begins.
_ADVICE = re.compile(
    r"(?:approve|ask|change|check|choose|connect|delete|enter|free|give|if|install|list|load|log|look|lower|make|name"
    r"|point|push|raise|refresh|restore|run|send|set|start|sync|try|update|use|wait)\b",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(r"(?<=[.!?])\s+(?=[A-Z`'\"(])")
# A word that has its capital from the start of a sentence; names and abbreviations keep theirs.
_OPENING = re.compile(r"\A(?!(?:Git|Redis|Node|Python)\b)[A-Z][a-z]*(?![\w-])")


def reason_of(message: str | None) -> str:
    """Say what went wrong, as a clause; without the advice that follows in the message."""
    return _clauses(message)[0]


def reason_and_step(code: str, message: str | None) -> str:
    """Say what went wrong and what to do next, as clauses of one sentence: the message's advice, or the code's."""
    told = "; ".join(_clauses(message))
    if any(_ADVICE.match(clause) for clause in told.split("; ")[1:]):
        return told
    return f"{told}; {_NEXT_STEPS.get(code, _ANY_STEP)}"


def _clauses(message: str | None) -> list[str]:
    found = _BOUNDARY.split(" ".join((message or "").split()))
    sentences = [stripped for each in found if (stripped := each.rstrip(".!? "))]
    return [_OPENING.sub(_lowered, each) for each in sentences] or ["the reason was not recorded"]


def _lowered(word: re.Match[str]) -> str:
    return word[0].lower()
