"""What can go wrong between a folder and a project."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable


class FolderRefused(Invalid):
    """That folder cannot be mapped."""

    code = "PATH_REFUSED"


class AlreadyMapped(Conflict):
    """That folder is mapped already. Unmap it first (hivesync folder unmap PATH)."""

    code = "ALREADY_MAPPED"


class NotMapped(NotFound):
    """No mapped folder is or holds that. Map one (hivesync folder map PATH PROJECT)."""

    code = "NOT_MAPPED"


class UnknownProject(NotFound):
    """There is no such project, or you may not see it (hivesync project list)."""

    code = "PROJECT_NOT_FOUND"


class FolderGone(Conflict):
    """The mapped folder is no longer there. Bring it back, or unmap it."""

    code = "FOLDER_GONE"


class TooManyFiles(Invalid):
    """There are more files in that folder than can be compared. Leave some out by a .hivesyncignore."""


class FolderBusy(Conflict):
    """Something else is at work in that folder. Wait for its end, or cancel it, then try again."""

    code = "FOLDER_BUSY"


class HasRemote(Conflict):
    """That project has a repository of its own, which its mirror follows. Commit and push to it in place of this."""

    code = "HAS_REMOTE"


class OtherProject(Conflict):
    """That proposal is for another project than the folder's."""

    code = "OTHER_PROJECT"


class ProposalUnknown(NotFound):
    """There is no such proposal, or you may not see it."""


class DigestChanged(Conflict):
    """The proposal is no longer what was shown. Look at it again, then apply it."""

    code = "DIGEST_CHANGED"


class HunksNotApproved(Conflict):
    """Nobody has approved this proposal. Approve it, or the hunks you want, first (hivesync review PROPOSAL)."""

    code = "NOT_APPROVED"


class FolderDiffers(Conflict):
    """The folder's files are not those that this was made for, so nothing was written. The details list them."""

    code = "FOLDER_DIFFERS"


class PatchRefused(Invalid):
    """The patch is not what its proposal says, so nothing was written."""

    code = "PATCH_REFUSED"


class CannotWrite(Conflict):
    """The folder could not be written, so everything in it was put back as it was."""

    code = "WRITE_FAILED"


class AppliedNotFound(NotFound):
    """Nothing was applied here under that id (hivesync folder undo --list)."""


class AlreadyUndone(Conflict):
    """That was taken back already."""

    code = "ALREADY_UNDONE"


class AgentRunning(Conflict):
    """An agent runs already. Stop it first (hivesync agent stop)."""

    code = "AGENT_RUNNING"


class AgentMissing(Unavailable):
    """No agent runs. Start one (hivesync agent serve)."""

    code = "AGENT_NOT_RUNNING"


class OriginRefused(Forbidden):
    """Browsers may not talk to the agent."""

    code = "ORIGIN_REFUSED"


class HostRefused(Forbidden):
    """The agent answers to 127.0.0.1 and localhost only."""

    code = "HOST_REFUSED"


class TokenWrong(Unauthenticated):
    """That is not this agent's token. It stands in agent.json, which is written anew whenever an agent starts."""

    code = "TOKEN_INVALID"


class OperationNotFound(NotFound):
    """There is no such operation; an agent forgets them when it stops."""


class Stopped(Conflict):
    """It was cancelled."""

    code = "CANCELLED"


class PackagesMissing(Invalid):
    """The app's packages are not installed in that folder."""

    code = "MISSING_DEPENDENCIES"


class NoApp(Invalid):
    """There is no Expo app in that folder."""

    code = "INVALID_PROJECT_STRUCTURE"


class BuildTimeout(Conflict):
    """The build took too long and was stopped."""

    code = "PREVIEW_TIMEOUT"
