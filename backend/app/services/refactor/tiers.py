"""How certain an edit is. From the first to the last, each may be approved without those behind it."""

from enum import StrEnum


class Tier(StrEnum):
    """What is known about an edit."""

    PROVEN = "proven"  # every analysis, before and after, says that it is this symbol
    LIKELY = "likely"  # it is called so and nothing speaks against it
    TEXT = "text"  # a comment or a string names it
    NOT_CODE = "not_code"  # documentation or settings name it

    @property
    def rank(self) -> int:
        """Order tiers: 0 is the most certain."""
        return list(Tier).index(self)
