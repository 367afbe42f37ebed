"""What can go wrong between a stored bundle and the app that opens it."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class BundleDamaged(Unavailable):
    """The stored bundle cannot be read. Build it again; somebody who runs this server should look at its storage."""

    code = "BUNDLE_DAMAGED"


class FileNotInBundle(NotFound):
    """There is no such file in that bundle."""


class ProtocolRefused(Invalid):
    """That is no request of the Expo Updates protocol, version 1. The details say which header is wrong."""

    code = "EXPO_PROTOCOL_ERROR"
    status = 400


class NotAcceptable(Invalid):
    """None of the forms that the client accepts can say what there is to say."""

    code = "NOT_ACCEPTABLE"
    status = 406


class SignatureUnavailable(Invalid):
    """The client wants a signed manifest; this server has no key. Load one (PREVIEW_SIGNING_KEY), or do not ask."""

    code = "SIGNING_UNAVAILABLE"
    status = 400


class RuntimeMismatch(NotFound):
    """That bundle needs another runtime than the app that asked has. Open it in a build that has the same one."""

    code = "RUNTIME_VERSION_MISMATCH"


class PlatformMismatch(NotFound):
    """That bundle is for another platform than the device that asked."""

    code = "PLATFORM_MISMATCH"


class NotForBrowsers(Conflict):
    """Previews are not opened in browsers here: PREVIEW_WEB_HOST is not set."""

    code = "WEB_PREVIEW_OFF"


class WrongOrigin(Forbidden):
    """Pages of previews may not call this API."""
