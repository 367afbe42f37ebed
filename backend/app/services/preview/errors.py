"""What can go wrong on the way from a session to a bundle on a device."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, PayloadTooLarge, RateLimited, Unavailable


class BundleUnsafe(Invalid):
    """That file is no bundle that may be handed to a device. The details say what is wrong with it, and where."""

    code = "BUNDLE_UNSAFE"


class BundleIncomplete(Invalid):
    """Something that every bundle needs is missing in that file. The details say what; build it again."""

    code = "INVALID_PROJECT_STRUCTURE"


class BundleTooLarge(PayloadTooLarge):
    """That bundle is larger than this server accepts."""


class BundleExpired(Conflict):
    """That bundle's time is over. Restore it within the days that details.restorable_until says, or build it again."""

    code = "BUNDLE_EXPIRED"


class PreviewNotReady(Conflict):
    """There is nothing to download yet. Wait until the preview's status says success."""

    code = "PREVIEW_NOT_READY"


class PreviewFailed(Conflict):
    """That preview failed, so there is nothing to download. Its status and logs say why."""

    code = "PREVIEW_BUILD_FAILED"


class MissingDependencies(Invalid):
    """Something that the app needs could not be installed. The details say what; the log has all of it."""

    code = "MISSING_DEPENDENCIES"


class RegistryUnavailable(Unavailable):
    """The registry of packages does not answer. The build is tried again in a moment."""


class BootUnavailable(Unavailable):
    """The check that starts a bundle could not be made on this machine."""

    code = "BOOT_CHECK_UNAVAILABLE"


class SessionNotFound(NotFound):
    """There is no such preview session, or you may not see it."""


class PreviewNotFound(NotFound):
    """There is no such preview, or you may not see it."""


class SessionOver(Forbidden):
    """That preview session was ended. Ask for a new one where you got its token."""


class WrongSource(Conflict):
    """That session is not of a kind for this. The details say which kind it is."""


class DevUrlRefused(Invalid):
    """Addresses of development servers are for sessions of the source `dev_url`, and for APP_ENV=dev only."""


class BundleNotFound(NotFound):
    """There is no such bundle."""


class NotRestorable(Conflict):
    """This bundle cannot be restored: only expired and soft-deleted ones can, until they are purged."""


class ProjectUnfit(Invalid):
    """That is no app that can be built here. The details say what is missing."""

    code = "INVALID_PROJECT_STRUCTURE"


class BuildFailed(Invalid):
    """The bundler could not build the app. The details show its first error; the log has all of them."""

    code = "PREVIEW_BUILD_FAILED"


class PreviewTimeout(Invalid):
    """The build took longer than PREVIEW_MAX_TIMEOUT_MS allows and was stopped."""

    code = "PREVIEW_TIMEOUT"


class StorageFailed(Invalid):
    """The preview was built, but could not be stored. Nothing of it was kept; ask for it again in a moment."""

    code = "STORAGE_UPLOAD_FAILED"


class VariableRefused(Invalid):
    """Builds may not be given that variable. The details say which it is and why."""

    code = "PREVIEW_VARIABLE_REFUSED"


class PreviewSpaceFull(Conflict):
    """This project's bundles take all the space it may have. Delete those in details.oldest that nobody needs."""

    code = "PREVIEW_SPACE_FULL"


class TooManyPreviews(RateLimited):
    """So many previews of this project wait or are at work already. Wait for one, or cancel one."""

    code = "PREVIEW_QUEUE_FULL"


class TooManySessions(RateLimited):
    """So many preview sessions were opened in this project within an hour. Use one that is still live, or wait."""


class NotDeletable(Conflict):
    """That bundle is deleted already, or was never made."""


class PictureMissing(NotFound):
    """There is no picture of that preview: it was not started without a phone, or drew nothing."""

    code = "PREVIEW_PICTURE_MISSING"


class NotComparable(Invalid):
    """Two previews can be compared when both have a bundle and both are of one project."""

    code = "PREVIEW_NOT_COMPARABLE"
