"""Which names may be given, and to what. Pure."""

import keyword
import re
import unicodedata

from app.services.refactor.errors import InvalidName
from app.services.refactor.names_syntax import problem_with_name

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


# What JavaScript gives a meaning to, and what strict code may not bind.
_RESERVED = frozenset(
    """
    arguments await break case catch class const continue debugger default delete do else enum eval export extends false
    finally for function if implements import in instanceof interface let new null package private protected public
    return static super switch this throw true try typeof undefined var void while with yield
    """.split()  # noqa: SIM905
)
# What file systems and import paths can hold without quoting; routers give brackets and the like a meaning.
_FILE_NAME = re.compile(r"(?!\.)[\w.@$+~()\[\]-]{1,200}(?<!\.)")
_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d")
_SPECIAL = frozenset({"constructor", "prototype", "__proto__", "default"})


def check_script_name(old: str, new: str) -> None:
    """Raise InvalidName unless JavaScript takes `new` for a name and may call things `old` something else."""
    reason = None
    if not new.replace("$", "_").isidentifier():
        reason = "it is not made of letters, digits, $ and underscores, or begins with a digit"
    elif new in _RESERVED:
        reason = "it is a word that JavaScript keeps for itself"
    elif new == old:
        reason = "the thing is called so already"
    elif new in _SPECIAL:
        reason = "JavaScript itself gives this name a meaning"
    elif old in _SPECIAL or old in _RESERVED:
        reason = f"{old} has a meaning to JavaScript itself, so it cannot be called something else"
    if reason:
        raise InvalidName(f"That name cannot be used: {reason}.", name=new[:LONGEST], reason=reason)


def check_file_name(old: str, new: str) -> None:
    """Raise InvalidName unless a file or folder of code may be called `new`, without its ending."""
    reason = None
    if not _FILE_NAME.fullmatch(new):
        reason = "it is not made of letters, digits and a few signs, or begins or ends with a dot"
    elif new.endswith(_ENDINGS):
        reason = "the ending stays what it is: leave it out"
    elif new == old:
        reason = "the thing is called so already"
    elif new == "index":
        reason = "an index file stands for its folder"
    if reason:
        raise InvalidName(f"That name cannot be used: {reason}.", name=new[:LONGEST], reason=reason)


def check_name(language: str, old: str, new: str) -> None:
    """Raise InvalidName unless a language takes `new` for a name and may call things `old` something else."""
    if language == "python":
        check_python_name(old, new)
    elif language == "typescript":
        check_script_name(old, new)
    elif reason := problem_with_name(language, old, new):
        raise InvalidName(f"That name cannot be used: {reason}.", name=new[:LONGEST], reason=reason)
