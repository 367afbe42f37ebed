"""What can go wrong with questions about symbols."""

from app.core.errors import Conflict, Invalid, NotFound


class SymbolsNotReady(Conflict):
    """The names of this commit are being read. Wait for the job in details.job_id, then ask again."""

    code = "SYMBOLS_NOT_READY"


class NoSymbolThere(NotFound):
    """There is no name at that place. Point at a letter of one."""

    code = "SYMBOL_NOT_FOUND"


class FileNotIndexed(Invalid):
    """The names of that file are not known: it is in no language that is read, or too large, or no text."""

    code = "LANGUAGE_UNSUPPORTED"
