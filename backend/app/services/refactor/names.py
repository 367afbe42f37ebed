"""Which names may be given, and to what. Pure."""

import keyword
import unicodedata

from app.services.refactor.errors import InvalidName

LONGEST = 200


def check_python_name(old: str, new: str) -> None:
    """Raise InvalidName unless Python takes `new` for a name and may call things `old` something else."""
    reason = _problem_with(old, new)
    if reason:
        raise InvalidName(f"That name cannot be used: {reason}.", name=new[:LONGEST], reason=reason)


def _problem_with(old: str, new: str) -> str | None:
    if not new.isidentifier():
        return "it is not made of letters, digits and underscores, or begins with a digit"
    if keyword.iskeyword(new):
        return "it is a keyword of Python"
    if unicodedata.normalize("NFKC", new) != new:
        return "Python would read it as another name: its text is not in Unicode normal form KC"
    if new == old:
        return "the thing is called so already"
    if _is_special(new):
        return "Python itself gives names with two underscores on both sides a meaning"
    if _is_special(old):
        return f"{old} has a meaning to Python itself, so it cannot be called something else"
    return None


def _is_special(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")
