"""People read what was changed, by whom and on whose approval; only what they may see."""

from httpx import AsyncClient

from app.services.activity.sentences import _SAID, summarise

from tests.fixtures.people import People


async def test_an_administrator_reads_everything_newest_first_in_pages(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann", is_admin=True)
    for name in ("One", "Two", "Three"):
        await client.post("/teams", json={"name": name}, headers=ann.headers)
    first = (await client.get("/admin/activity?limit=2", headers=ann.headers)).json()
    rest = (await client.get("/admin/activity", params={"cursor": first["next_cursor"]}, headers=ann.headers)).json()
    told = [item["summary"] for item in (*first["items"], *rest["items"])]
    assert told == [f"Ann founded the team '{name}'." for name in ("Three", "Two", "One")]
    assert rest["next_cursor"] is None


async def test_activity_is_filtered_by_who_what_and_when(client: AsyncClient, people: People) -> None:
    ann, bo = await people.user("ann", is_admin=True), await people.user("bo")
    await client.post("/teams", json={"name": "Ann's"}, headers=ann.headers)
    await client.post("/teams", json={"name": "Bo's"}, headers=bo.headers)
    await client.patch("/users/me", json={"display_name": "Robert"}, headers=bo.headers)

    async def found(**query: str) -> list[str]:
        answer = await client.get("/admin/activity", params=query, headers=ann.headers)
        assert answer.status_code == 200, answer.text
        return [item["action"] for item in answer.json()["items"]]

    assert await found(actor_id=str(bo.id)) == ["user.renamed", "team.created"]
    assert await found(action="team") == ["team.created", "team.created"]
    assert await found(action="team.created", actor_id=str(ann.id)) == ["team.created"]
    assert await found(subject="user", subject_id=str(bo.id)) == ["user.renamed"]
    assert await found(**{"from": "2999-01-01T00:00:00Z"}) == []
    assert await found(to="2999-01-01T00:00:00Z", action="user") == ["user.renamed"]


async def test_administrators_acts_are_told_in_sentences(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann", is_admin=True)
    await client.post("/admin/queues/ai_docs/pause", headers=ann.headers)
    await client.post("/admin/queues/ai_docs/resume", headers=ann.headers)
    new = {"email": "bo@example.org", "password": "a sentence nobody guesses", "display_name": "Bo"}
    await client.post("/auth/register", json=new)
    told = (await client.get("/admin/activity", headers=ann.headers)).json()["items"]
    assert [item["summary"].partition(" as administrator")[0].rstrip(".") for item in told] == [
        "Bo opened an account", "Ann resumed the queue ai_jobs", "Ann paused the queue ai_jobs",
    ]  # fmt: skip


async def test_a_project_tells_its_members_and_nobody_else(client: AsyncClient, people: People) -> None:
    ann, bo = await people.user("ann"), await people.user("bo")
    project = (await client.post("/projects", json={"name": "Sums"}, headers=ann.headers)).json()
    address = f"/projects/{project['id']}/activity"
    assert [item["action"] for item in (await client.get(address, headers=ann.headers)).json()["items"]] == [
        "project.created"
    ]
    for action, found in (("project", 1), ("project.deleted", 0)):
        answer = await client.get(address, params={"action": action}, headers=ann.headers)
        assert len(answer.json()["items"]) == found
    assert (await client.get(address, headers=bo.headers)).status_code == 404
    assert (await client.get("/admin/activity", headers=ann.headers)).status_code in (403, 404)


async def test_a_change_tells_what_was_before_and_how_to_take_it_back(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann")
    project = (await client.post("/projects", json={"name": "Sums"}, headers=ann.headers)).json()
    await client.patch(f"/projects/{project['id']}", json={"name": "Totals"}, headers=ann.headers)
    newest = (await client.get(f"/projects/{project['id']}/activity", headers=ann.headers)).json()["items"][0]
    assert (newest["before"], newest["after"]) == ({"name": "Sums"}, {"name": "Totals"})
    back = newest["inverse"]
    await client.request(back["method"], f"{back['path']}", json=back["body"], headers=ann.headers)
    read = await client.get(f"/projects/{project['id']}", headers=ann.headers)
    assert read.json()["name"] == "Sums"


async def test_all_that_became_of_one_thing_is_found_within_its_project_only(
    client: AsyncClient, people: People
) -> None:
    ann = await people.user("ann")
    made = [
        (await client.post("/projects", json={"name": name}, headers=ann.headers)).json()["id"]
        for name in ("Sums", "Differences")
    ]
    await client.patch(f"/projects/{made[0]}", json={"name": "Totals"}, headers=ann.headers)

    async def found(project_id: str, **query: str) -> list[str]:
        answer = await client.get(f"/projects/{project_id}/activity", params=query, headers=ann.headers)
        return [item["action"] for item in answer.json()["items"]]

    one = {"subject": "project", "subject_id": made[0]}
    assert await found(made[0], **one) == ["project.changed", "project.created"]
    assert await found(made[0], **one, action="project.changed") == ["project.changed"]
    assert await found(made[0], subject="job") == []
    assert await found(made[0], job_id=made[0]) == []
    assert await found(made[1], **one) == []


async def test_nonsense_in_the_query_is_refused(client: AsyncClient, people: People) -> None:
    ann = await people.user("ann", is_admin=True)
    moments = ("2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    texts = [{name: "a\0b"} for name in ("action", "subject", "subject_id")]
    others = ({"cursor": "nonsense"}, {"actor_id": "x"}, {"action": "x" * 81}, {"subjekt": "user"})
    for query in (*others, *texts, *({edge: moment} for moment in moments for edge in ("from", "to"))):
        answer = await client.get("/admin/activity", params=query, headers=ann.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR"), query


def test_every_known_action_is_a_sentence_whatever_it_is_given() -> None:
    for action in (*_SAID, "something.new_was_done"):
        said = summarise(action, who="Ann", before=None, after=None, it="7")
        assert said.endswith("."), said
