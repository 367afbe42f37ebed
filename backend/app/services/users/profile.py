"""Changing a profile: short transactions, and password work between them."""

from app.adapters.container import Container
from app.core.actor import Actor
from app.services.auth.schemas import UserOut
from app.services.auth.sessions import Sessions
from app.services.users.errors import PasswordIncomplete
from app.services.users.schemas import ProfileIn
from app.services.users.service import UserService


async def change_profile(container: Container, actor: Actor, wanted: ProfileIn, *, address: str) -> UserOut:
    """Apply what was sent and answer with the profile as it is then."""
    present, new = wanted.current_password, wanted.new_password
    if (present is None) != (new is None):
        raise PasswordIncomplete
    if present is not None and new is not None:
        await Sessions(container).change_password(
            actor, present=present.get_secret_value(), new=new.get_secret_value(), address=address
        )
    async with container.scope(actor) as scope:
        users = UserService(scope)
        if wanted.display_name is not None:
            await users.rename(wanted.display_name)
        return UserOut.model_validate(await users.me())
