"""What can go wrong with teams and members."""

from app.core.errors import Conflict, Forbidden, NotFound


class TeamNotFound(NotFound):
    """There is no such team, or you are not in it."""


class TeamOwnerOnly(Forbidden):
    """Only owners of the team may do this."""


class MemberNotFound(NotFound):
    """That person is not a member here."""


class NoSuchUser(NotFound):
    """Nobody with that e-mail has an account here. Ask the person to register first."""


class AlreadyMember(Conflict):
    """That person is a member already. Change the role instead."""


class LastOwner(Conflict):
    """This is the last owner. Make somebody else an owner first."""


class TeamInUse(Conflict):
    """The team still has projects. Delete them, or give them to another team, first."""
