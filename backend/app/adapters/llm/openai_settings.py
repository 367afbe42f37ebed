"""What an OpenAI-compatible endpoint is told apart by; kept from the client library, which is slow to import."""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

LimitName = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class OpenAiSettings:
    """Where the endpoint is, who we are there, what it costs, and how long and how much we listen."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    label: str = "openai"
    usd_per_million_input: Decimal | None = None
    usd_per_million_output: Decimal | None = None
    deadline: timedelta = timedelta(minutes=5)
    connect_timeout: timedelta = timedelta(seconds=10)
    max_answer_bytes: int = 8 * 1024 * 1024
    max_concurrency: int = 4
    limit_name: LimitName | None = None

    @property
    def host(self) -> str:
        """Read the host that would be spoken to."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def leaves_machine(self) -> bool:
        """Say whether the endpoint is anywhere but on this machine."""
        if self.host == "localhost":
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True

    @property
    def token_limit_name(self) -> LimitName:
        """Name the parameter that bounds the answer: OpenAI's newer models know one, other endpoints the other."""
        return self.limit_name or ("max_completion_tokens" if self.host.endswith("openai.com") else "max_tokens")
