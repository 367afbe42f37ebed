"""`Effect`: one mutation as the effect ledger will tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Effect:
    """What was done to what. `action` is `subject.verb` in the past tense (`proposal.applied`).

    `before` and `after` hold the facts that changed, small and without secrets or contents; `inverse` says how to take
    it back (`{"method", "path", "body"}` or `{"proposal_id"}`), where it can be; `approval` is the digest that a person
    approved, where one was needed. Who did it, and in which request or job, the scope knows.
    """

    action: str
    subject: str
    subject_id: str
    project_id: UUID | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    inverse: Mapping[str, Any] | None = None
    approval: str | None = None
