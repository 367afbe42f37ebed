"""A model that answers from a script, for tests and demonstrations; it keeps what it was asked."""

from collections import deque
from collections.abc import Collection, Iterable
from decimal import Decimal

from app.adapters.llm.port import AiProviderUnavailable, ModelCard, ModelReply, ModelRequest
from app.schemas.replies import Reply

Line = str | Reply | Exception


class ScriptedModel:
    """Give the scripted answers in order: text as it is, a Reply as its JSON, an exception by raising it."""

    def __init__(
        self,
        answers: Iterable[Line] = (),
        *,
        provider: str = "scripted",
        model: str = "script-1",
        kinds: Collection[str] | None = None,
        leaves_machine: bool = False,
        cost_usd: Decimal | None = None,
    ) -> None:
        """Take the script; `kinds` limits what this model says it can answer (None: everything)."""
        self._answers = deque(answers)
        self._kinds = kinds
        self._cost = cost_usd
        self._card = ModelCard(
            provider=provider,
            model=model,
            host=f"{provider}.invalid" if leaves_machine else None,
            leaves_machine=leaves_machine,
        )
        self.requests: list[ModelRequest] = []

    @property
    def card(self) -> ModelCard:
        """Say who this is, without asking it anything."""
        return self._card

    def supports(self, kind: str) -> bool:
        """Say whether the script was written for that kind of question."""
        return self._kinds is None or kind in self._kinds

    def then(self, *answers: Line) -> None:
        """Lengthen the script, for instance by the failure that should come next."""
        self._answers.extend(answers)

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Record the request and give the next answer; AiProviderUnavailable when the script has ended."""
        self.requests.append(request)
        if not self._answers:
            raise AiProviderUnavailable("The script has no more answers.", reason="script_ended")
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        text = answer if isinstance(answer, str) else answer.model_dump_json()
        return ModelReply(
            provider=self._card.provider,
            model=self._card.model,
            text=text,
            input_tokens=len(request.prompt.split()),
            output_tokens=len(text.split()),
            cost_usd=self._cost,
        )
