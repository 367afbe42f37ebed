"""What a project has used up today with providers that cost something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.adapters.llm.port import ModelCard
from app.adapters.scope import Scope
from app.models.ai import AiJob
from app.services.ai.errors import AiBudgetExceeded


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and price of one project since midnight UTC, and the limits; 0 is no limit."""

    tokens: int
    cost_usd: Decimal
    token_limit: int
    cost_limit_usd: Decimal
    seconds_left_today: int

    @property
    def tokens_left(self) -> int | None:
        """Read how many tokens may still be used today; None: no limit."""
        return max(0, self.token_limit - self.tokens) if self.token_limit else None

    @property
    def used_up(self) -> bool:
        """Say whether nothing that costs may be asked any more today."""
        over_cost = bool(self.cost_limit_usd) and self.cost_usd >= self.cost_limit_usd
        return self.tokens_left == 0 or over_cost

    def refusal_of(self, card: ModelCard) -> AiBudgetExceeded | None:
        """Give the reason why a provider must not be asked any more today; None for those that are free."""
        return self.refusal() if self.used_up and not is_free(card) else None

    def refusal(self) -> AiBudgetExceeded:
        """Build the error that says so."""
        return AiBudgetExceeded(
            tokens_used=self.tokens,
            token_limit=self.token_limit or None,
            cost_usd=str(self.cost_usd),
            cost_limit_usd=str(self.cost_limit_usd) if self.cost_limit_usd else None,
            retry_after_seconds=self.seconds_left_today,
        )


async def usage_today(scope: Scope, project_id: UUID, cards: Sequence[ModelCard]) -> Usage:
    """Add up what the project's jobs of today used with providers that are not free, whoever answered in the end."""
    now = scope.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    free = {card.provider for card in cards if is_free(card)}
    today = select(AiJob.provider_attempts).where(AiJob.project_id == project_id, AiJob.created_at >= midnight)
    rows = (await scope.session.execute(today)).scalars()
    paid = [each for attempts in rows for each in attempts if each["provider"] not in free]
    settings = scope.settings.ai
    return Usage(
        tokens=sum(each.get("input_tokens", 0) + each.get("output_tokens", 0) for each in paid),
        cost_usd=sum((Decimal(each.get("cost_usd") or 0) for each in paid), Decimal(0)),
        token_limit=settings.daily_token_limit,
        cost_limit_usd=settings.daily_cost_limit_usd,
        seconds_left_today=int((midnight + timedelta(days=1) - now).total_seconds()),
    )


def is_free(card: ModelCard) -> bool:
    """Say whether asking costs nothing: the model runs here and has no price."""
    return not card.leaves_machine and card.usd_per_million_input is None
