"""What can go wrong with a refactor; the details say where, and what to do instead."""

from app.core.errors import Conflict, Invalid, NotFound, PayloadTooLarge


class NameCollision(Conflict):
    """That name is taken where it would be used. The details say where; choose another one."""

    code = "NAME_COLLISION"


class SymbolNotFound(NotFound):
    """There is no name at that place that can be changed here. Point at a name that this repository defines."""

    code = "SYMBOL_NOT_FOUND"


class InvalidName(Invalid):
    """That is no name in this language. Use letters, digits and underscores, and no keyword."""

    code = "INVALID_NAME"


class LanguageUnsupported(Invalid):
    """This is not supported in files of this kind yet."""

    code = "LANGUAGE_UNSUPPORTED"


class CannotMove(Invalid):
    """This folder cannot move as a whole. The details say what keeps it where it is."""


class TreeTooLarge(PayloadTooLarge):
    """This repository has more source code than one refactor may read."""


class TooManyMentions(PayloadTooLarge):
    """This name stands in more places than one refactor may look at."""


class PatternInvalid(Invalid):
    """That is no pattern, or no replacement for it. The details say which and why."""

    code = "PATTERN_INVALID"


class PatternNotFound(NotFound):
    """No code here is written as the pattern says, or what is would stay as it is."""

    code = "PATTERN_NOT_FOUND"


class TooManyMatches(PayloadTooLarge):
    """The pattern matches more than one proposal may change. Name fewer files with `paths`, or say more in it."""


class RefactorNotFound(NotFound):
    """There is no such refactor, or you may not see it."""
