"""What can go wrong with projects."""

from app.core.errors import Forbidden, Invalid, NotFound


class ProjectNotFound(NotFound):
    """There is no such project, or you may not see it."""


class PermissionDenied(Forbidden):
    """Your role in this project does not allow this. Ask one of its owners."""


class CredentialsWithoutUrl(Invalid):
    """Credentials need a repository's address: send `repo_url` too."""


class CredentialsUnfit(Invalid):
    """These credentials do not fit the address: https wants a password or token, ssh a private key."""


class BranchNameRefused(Invalid):
    """That is not the name of a branch."""
