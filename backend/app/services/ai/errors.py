"""What can go wrong with an AI job, beside a provider that does not answer (adapters/llm/port.py)."""

from app.core.errors import Conflict, Invalid, NotFound, RateLimited


class AiOutputInvalid(Invalid):
    """The model's answer cannot be used. Ask again, or ask another model."""

    code = "AI_OUTPUT_INVALID"


class AiBudgetExceeded(RateLimited):
    """The project has used up its AI budget for today. Ask again tomorrow, or have the limit raised."""

    code = "AI_BUDGET_EXCEEDED"


class NothingToAsk(Invalid):
    """None of these files can be sent: each is withheld, unreadable or unknown. Choose others; the details say why."""


class AiJobNotFound(NotFound):
    """There is no such AI job, or you may not see it."""


class ContextNotKept(Conflict):
    """The exact context of this job is not there: it has not been made yet, or it was damaged or removed."""
