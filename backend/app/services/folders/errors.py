"""What can go wrong between a folder and the mirror that it is to become."""

from app.adapters.files.staging import StagingGone
from app.core.errors import Conflict, Invalid, NotFound, PayloadTooLarge


class FolderSyncNotFound(NotFound):
    """There is no such folder sync of yours in this project. Begin one: POST /api/v1/projects/{id}/folder-sync."""


class FolderSyncClosed(StagingGone):
    """This folder sync is over: it was committed, or a newer one took its place. Begin a new one."""


class FolderSyncExpired(StagingGone):
    """This folder sync was left open for too long. Begin a new one."""

    code = "FOLDER_SYNC_EXPIRED"


class HasRemote(Conflict):
    """This project gets its contents from its repository. Push to that, and sync; folders are for projects without."""

    code = "HAS_REMOTE"


class TooManyOpen(Conflict):
    """You have too many folder syncs open in other projects. Commit those, or wait until they expire."""

    code = "TOO_MANY_FOLDER_SYNCS"


class FolderTooLarge(PayloadTooLarge):
    """This folder is larger than this server accepts. Leave out what is built or installed, or ask its operator."""


class BlobNotWanted(Invalid):
    """The folder that this sync began with holds no file with that SHA-256."""

    code = "BLOB_NOT_WANTED"


class BlobTooLong(PayloadTooLarge):
    """More bytes were sent than the folder's list announced. Nothing of them was kept."""


class ListingLost(Conflict):
    """What was sent for this folder sync is not there any more. Begin a new one."""

    code = "FOLDER_SYNC_CLOSED"
