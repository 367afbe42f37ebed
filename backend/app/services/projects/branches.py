"""What may be the name of a branch (pure): git's own rules, and nothing that looks like an option."""

import re

from app.services.projects.errors import BranchNameRefused

_LONGEST = 255
# As `git check-ref-format --branch`: no control characters, blanks, ~^:?*[\, "..", "@{", no part that begins
# with a dot or ends with ".lock", no slash at either end or twice, no dot at the end, no dash at the beginning.
_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|(?:^|/)\.|\.lock(?:/|$)|^[-/]|[/.]$|^@$|^HEAD$")


def check_branch(name: str) -> str:
    """Return the name unchanged, or raise BranchNameRefused."""
    if not name or len(name.encode("utf-8", "surrogatepass")) > _LONGEST or _REFUSED.search(name):
        raise BranchNameRefused(branch=name[:100])
    return name
