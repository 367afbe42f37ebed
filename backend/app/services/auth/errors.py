"""What can go wrong while somebody proves who he is."""

from app.core.errors import Conflict, Forbidden, Invalid, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """E-mail or password is wrong. Check both and try again."""


class SessionEnded(Unauthenticated):
    """This session was ended. Log in again."""

    code = "TOKEN_INVALID"


class UserDeactivated(Unauthenticated):
    """This account is deactivated. Ask an administrator to activate it."""


class EmailTaken(Conflict):
    """There is an account with this e-mail already. Log in instead."""


class WeakPassword(Invalid):
    """That password is too easy to guess. Choose another one."""


class CrossSiteRefused(Forbidden):
    """Another site asked for this on your behalf. Open HiveSync itself and log in there."""

    code = "CROSS_SITE_REFUSED"


class AdminOnly(Forbidden):
    """Only administrators may do this."""


class ClientNotAllowed(Forbidden):
    """This kind of client may not do that. Use the web, the desktop or an editor."""

    code = "CLIENT_NOT_ALLOWED"
