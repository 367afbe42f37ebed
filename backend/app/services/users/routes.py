"""`/users/me`: profile and preferences."""

from typing import Any

from fastapi import APIRouter

from app.adapters.http.limits import AddressDep, limit
from app.adapters.http.scope import ContainerDep
from app.services.auth.deps import ActorScope, CurrentActor
from app.services.auth.schemas import UserOut
from app.services.users.profile import change_profile
from app.services.users.schemas import Preferences, ProfileIn
from app.services.users.service import UserService

router = APIRouter(prefix="/users", tags=["users"], dependencies=[limit("api")])


@router.get("/me")
async def read_me(scope: ActorScope) -> UserOut:
    """Read your profile."""
    return UserOut.model_validate(await UserService(scope).me())


@router.patch("/me")
async def change_me(wanted: ProfileIn, actor: CurrentActor, container: ContainerDep, address: AddressDep) -> UserOut:
    """Change your name or your password. A new password ends every session, this one too."""
    return await change_profile(container, actor, wanted, address=address)


@router.get("/me/preferences")
async def read_preferences(scope: ActorScope) -> dict[str, Any]:
    """Read your preferences."""
    return await UserService(scope).preferences()


@router.put("/me/preferences")
async def replace_preferences(wanted: Preferences, scope: ActorScope) -> dict[str, Any]:
    """Set all of your preferences at once."""
    return await UserService(scope).replace_preferences(wanted)
