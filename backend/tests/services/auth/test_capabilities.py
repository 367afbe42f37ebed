"""What kinds of client may ask for."""

import pytest

from app.core.actor import Actor, ClientKind
from app.services.auth.capabilities import Capability, may, require_client
from app.services.auth.errors import ClientNotAllowed


def allowed(kind: ClientKind) -> set[Capability]:
    return {each for each in Capability if may(Actor(user_id=None, client=kind), each)}


@pytest.mark.parametrize("kind", [ClientKind.WEB, ClientKind.DESKTOP, ClientKind.CLI, ClientKind.EDITOR])
def test_programs_for_work_may_do_everything(kind: ClientKind) -> None:
    assert allowed(kind) == set(Capability)


def test_tablets_review_and_phones_show() -> None:
    assert allowed(ClientKind.IPAD) == {Capability.COMMENT, Capability.REQUEST_PREVIEW}
    assert allowed(ClientKind.PHONE) == set()


def test_what_a_client_may_not_do_is_refused_with_its_code() -> None:
    with pytest.raises(ClientNotAllowed) as refused:
        require_client(Actor(user_id=None, client=ClientKind.PHONE), Capability.ASK_AI)
    assert (refused.value.code, refused.value.status) == ("CLIENT_NOT_ALLOWED", 403)
