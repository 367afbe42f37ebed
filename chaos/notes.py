"""The ledger outside the product: an append-only file that no fault touches."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Notes:
    """Lines of JSON, one write each, so that writers never mix and a killed one leaves no half line."""

    path: Path

    def add(self, what: str, **facts: Any) -> None:
        """Append one line with the moment by this machine's own clock, whatever a process believes."""
        line = json.dumps({"what": what, "at": time.time(), **facts}).encode() + b"\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def read(self) -> list[Mapping[str, Any]]:
        """Read every line so far."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_bytes().splitlines()]
