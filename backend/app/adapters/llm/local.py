"""Local weights from a folder on this machine, loaded once per process; nothing leaves and nothing is downloaded.

Needs the optional extra `local-ai` (torch, transformers); without it every question is honestly refused.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from app.adapters.llm.port import AiProviderUnavailable, ModelCard, ModelReply, ModelRequest
from app.adapters.process.threads import SeenThreads
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope
from app.schemas.replies import REPLY_TYPES

_LABEL = "local"
# The answer is begun for the model: after this character it can hardly do anything but continue an object.
_PREFILL = "{"
_AGAIN = (
    "\n\nYour last answer could not be read as one JSON object. Answer again with the JSON object only: no preface, "
    "no code fence, nothing after it."
)
# Looking for a complete object costs a decoding of everything so far; once in so many tokens is cheap enough.
_TOKENS_BETWEEN_LOOKS = 32


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Where the weights are and how long one answer may take."""

    model_path: Path
    deadline: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Generated:
    """What the weights wrote after the prefill, and how many tokens went in and came out."""

    text: str
    input_tokens: int
    output_tokens: int


class Weights(Protocol):
    """Loaded weights with their tokenizer."""

    def generate(
        self, instructions: str, prompt: str, *, prefill: str, max_new_tokens: int, stop: Callable[[str | None], bool]
    ) -> Generated:
        """Continue the prefill; `stop` is asked between tokens, now and then with the text so far."""
        ...


Loader = Callable[[Path], Weights]


class LocalModel:
    """Answers with local weights, one question at a time, in a thread of its own."""

    def __init__(self, settings: LocalSettings, clock: Clock, *, load: Loader | None = None) -> None:
        """Load nothing yet; `load` is given by tests that bring their own weights."""
        self._settings = settings
        self._clock = clock
        self._load = load or load_weights
        self._thread = SeenThreads(max_workers=1, thread_name_prefix="local-model")

    @property
    def card(self) -> ModelCard:
        """Say who this is, without asking it anything."""
        return ModelCard(provider=_LABEL, model=self._settings.model_path.name, host=None, leaves_machine=False)

    def supports(self, kind: str) -> bool:
        """Say whether this model can answer that kind of question."""
        return kind in REPLY_TYPES

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Generate; once more when the first text holds no JSON object. AiProviderUnavailable when it cannot run."""
        forbid_inside_scope("asking a language model")
        given_up = threading.Event()
        work = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, request, given_up)
        try:
            return await work
        finally:
            # A cancelled job cannot stop the thread; it stops itself at the next token.
            given_up.set()

    def _answer(self, request: ModelRequest, given_up: threading.Event) -> ModelReply:
        ends = self._clock.monotonic() + self._settings.deadline.total_seconds()

        def stop(text: str | None) -> bool:
            late = given_up.is_set() or self._clock.monotonic() >= ends
            return late or (text is not None and first_json_object(_PREFILL + text) is not None)

        weights = self._load(self._settings.model_path)
        tokens_in = tokens_out = 0
        text = ""
        for again in ("", _AGAIN):
            written = _generate(weights, request, again, stop)
            tokens_in += written.input_tokens
            tokens_out += written.output_tokens
            text = _PREFILL + written.text
            found = first_json_object(text)
            if found is not None:
                text = found
                break
            if stop(None):
                seconds = self._settings.deadline.total_seconds()
                raise AiProviderUnavailable(
                    f"The local model did not finish within {seconds:g} seconds. Ask about less or use a smaller one.",
                    provider=_LABEL,
                    reason="timeout",
                )
        return ModelReply(
            provider=_LABEL,
            model=self._settings.model_path.name,
            text=text,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
        )


def _generate(weights: Weights, request: ModelRequest, again: str, stop: Callable[[str | None], bool]) -> Generated:
    try:
        return weights.generate(
            request.instructions,
            request.prompt + again,
            prefill=_PREFILL,
            max_new_tokens=request.max_output_tokens,
            stop=stop,
        )
    except (RuntimeError, ValueError, IndexError) as error:
        # torch reports a full device, a wrong shape and a broken kernel as RuntimeError or one of its kin.
        raise AiProviderUnavailable(
            f"The local model failed while generating: {_first_line(error)}.", provider=_LABEL, reason="failed"
        ) from error


def first_json_object(text: str) -> str | None:
    """Cut the first complete JSON object out of a text; None when there is none."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return text[start:end] if isinstance(value, dict) else None


@lru_cache(maxsize=2)
def load_weights(path: Path) -> Weights:
    """Load a folder of safetensors weights, once per process; AiProviderUnavailable says what is missing."""
    try:
        # Optional and heavy (seconds, hundreds of megabytes): only a process that asks local weights pays for it.
        import torch  # noqa: PLC0415
        import transformers  # noqa: PLC0415
    except ImportError as error:
        raise AiProviderUnavailable(
            "Local AI is switched on, but its packages are not installed. Install the extra `local-ai` "
            "(pip install 'hivesync-backend[local-ai]'), or set LOCAL_AI_ENABLED=false.",
            provider=_LABEL,
            reason="extra_missing",
        ) from error
    if not path.is_dir():
        raise AiProviderUnavailable(
            f"LOCAL_AI_MODEL_PATH names no folder: {path}.", provider=_LABEL, reason="weights_missing"
        )
    try:
        # Only files that are already here, only tensors (a pickle is a program), no code from the folder.
        safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        tokenizer = transformers.AutoTokenizer.from_pretrained(path, **safe)
        model = transformers.AutoModelForCausalLM.from_pretrained(path, use_safetensors=True, dtype="auto", **safe)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise AiProviderUnavailable(
            f"The local model in {path} could not be loaded: {_first_line(error)}.",
            provider=_LABEL,
            reason="weights_unusable",
        ) from error
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    model.eval()
    return _TransformersWeights(torch, transformers, tokenizer, model)


class _TransformersWeights:
    """A causal model of the transformers library, decoding greedily: equal questions get equal answers."""

    def __init__(self, torch: Any, transformers: Any, tokenizer: Any, model: Any) -> None:
        self._torch = torch
        self._transformers = transformers
        self._tokenizer = tokenizer
        self._model = model

    def generate(
        self, instructions: str, prompt: str, *, prefill: str, max_new_tokens: int, stop: Callable[[str | None], bool]
    ) -> Generated:
        inputs = self._encode(instructions, prompt, prefill).to(self._model.device)
        before = int(inputs["input_ids"].shape[1])
        # A model that names no longest context (a recurrent one, say) is bounded by the answer's limit alone.
        longest = getattr(self._model.config, "max_position_embeddings", None) or before + max_new_tokens
        if longest <= before:
            raise AiProviderUnavailable(
                f"The question needs {before:,} tokens, the local model takes {longest:,}. Ask about less, or use a "
                "model with a larger context.",
                provider=_LABEL,
                reason="context_too_long",
            )
        with self._torch.inference_mode():
            output = self._model.generate(
                **inputs,
                max_new_tokens=min(max_new_tokens, longest - before),
                do_sample=False,
                pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
                stopping_criteria=self._transformers.StoppingCriteriaList([self._criterion(before, stop)]),
            )
        written = output[0][before:]
        return Generated(
            text=self._tokenizer.decode(written, skip_special_tokens=True),
            input_tokens=before,
            output_tokens=int(written.shape[0]),
        )

    def _encode(self, instructions: str, prompt: str, prefill: str) -> Any:
        """Tokens of the question; control tokens that stand in a repository's text are encoded as plain text."""
        if self._tokenizer.chat_template is None:
            plain = f"{instructions}\n\n{prompt}\n\n{prefill}"
            return self._tokenizer(plain, return_tensors="pt", split_special_tokens=True)
        return self._tokenizer.apply_chat_template(
            [
                {"role": "system", "content": instructions},
                {"role": "user", "content": prompt},
                {"role": "assistant", "content": prefill},
            ],
            continue_final_message=True,
            sanitize_control_tokens=True,
            return_tensors="pt",
            return_dict=True,
        )

    def _criterion(self, before: int, stop: Callable[[str | None], bool]) -> Any:
        def must_stop(input_ids: Any, *_: Any, **__: Any) -> Any:
            count = input_ids.shape[1] - before
            look = count % _TOKENS_BETWEEN_LOOKS == 0
            text = self._tokenizer.decode(input_ids[0][before:], skip_special_tokens=True) if look else None
            shape = (input_ids.shape[0],)
            return self._torch.full(shape, stop(text), device=input_ids.device, dtype=self._torch.bool)

        return must_stop


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300].rstrip(".")
