"""What can go wrong between HiveSync and a repository: one class per thing a person would do differently."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, PayloadTooLarge, Unavailable


class RepoUrlRefused(Invalid):
    """HiveSync does not connect to that address. Use an https:// or ssh:// address of a public Git server."""

    code = "REPO_URL_REFUSED"


class RepoUnreachable(Unavailable):
    """The repository's server does not answer as a Git server should. Check the address, then try again."""

    code = "REPO_UNREACHABLE"


class RepoAuthFailed(Conflict):
    """The repository is private or does not exist. Check its address and the project's credentials, then sync again."""

    code = "REPO_AUTH_FAILED"


class RepoTooLarge(Invalid):
    """The repository is larger than this server accepts. Ask the operator to raise the limit."""

    code = "REPO_TOO_LARGE"


class RepoContentRefused(Invalid):
    """Git refused the repository's contents: they hold objects that can harm whoever checks them out."""

    code = "REPO_CONTENT_REFUSED"


class PathNotFound(NotFound):
    """There is no such path at that commit."""

    code = "PATH_NOT_FOUND"


class RefNotFound(NotFound):
    """There is no such branch, tag or commit in the mirror. Sync the project if it is new."""

    code = "REF_NOT_FOUND"


class ObjectNotFound(NotFound):
    """The mirror holds no object with that id."""

    code = "OBJECT_NOT_FOUND"


class BlobTooLarge(PayloadTooLarge):
    """The file is larger than can be shown or read here."""


class MirrorMissing(Conflict):
    """This project has not been synced yet. Start a sync, then try again."""

    code = "MANIFEST_NOT_READY"


class MirrorCorrupt(Unavailable):
    """The project's mirror is damaged. The next sync repairs it; start one, then try again."""

    code = "MIRROR_CORRUPT"


class MirrorBusy(Unavailable):
    """Another sync or change of this project is still running. Wait for it, then try again."""

    code = "SYNC_IN_PROGRESS"


class MirrorReadOnly(Forbidden):
    """Only the repo_sync worker writes mirrors."""


class DiskFull(Unavailable):
    """The server's disk is full. Ask the operator to make room, then try again."""

    code = "DISK_FULL"


class ChangeConflict(Conflict):
    """The mirror already records something else under that name, or the change does not fit its base commit."""


class BranchTaken(Conflict):
    """The remote already has a branch of that name with other contents. Choose another name."""


class FolderRefused(Invalid):
    """This folder cannot be kept as it is. The details say which of its paths, and why."""

    code = "FOLDER_REFUSED"


class BaseMoved(Conflict):
    """Somebody synced this project since. Look at what is there now (details.head), then sync the folder again."""

    code = "BASE_MOVED"


class ContentsMissing(Conflict):
    """Some files have not been sent yet, or not whole. Send those in details.missing, then commit again."""

    code = "BLOBS_MISSING"
