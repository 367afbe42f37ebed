"""One sentence for every effect (pure)."""

from collections.abc import Mapping
from typing import Any

_SAID: Mapping[str, str] = {
    "user.created": "{who} opened an account{role}.",
    "user.renamed": "{who} changed their name.",
    "user.preferences_changed": "{who} changed their preferences.",
    "user.password_stored": "{who} stored a new password hash.",
    "user.logged_out_everywhere": "{who} ended every session of an account.",
    "team.created": "{who} founded the team '{name}'.",
    "team.renamed": "{who} renamed the team '{was}' to '{name}'.",
    "team.deleted": "{who} dissolved a team.",
    "team.member_added": "{who} took somebody into the team as {role_now}.",
    "team.member_changed": "{who} made a member of the team {role_now} (was {role_was}).",
    "team.member_removed": "{who} removed a member ({role_was}) from the team.",
    "project.created": "{who} created the project '{name}'.",
    "project.changed": "{who} changed {fields} of the project.",
    "project.deleted": "{who} deleted the project '{was}'.",
    "project.member_added": "{who} let somebody into the project as {role_now}.",
    "project.member_changed": "{who} made a member of the project {role_now} (was {role_was}).",
    "project.member_removed": "{who} took somebody's role ({role_was}) in the project away.",
    "sync.requested": "{who} asked for a sync ({trigger}).",
    "folder.opened": "{who} began to sync a folder of {files} files.",
    "mirror.synced": "The mirror moved from {head_was} to {head_now}.",
    "ai.asked": "{who} asked for {kind}.",
    "rename.asked": "{who} asked to rename {old_name} to {new_name}.",
    "replace.asked": "{who} asked to replace code that is written as {pattern}.",
    "move.asked": "{who} asked to move {name} to {to_path}.",
    "proposal.opened": "A proposal ({kind}) was opened on {who_of} behalf.",
    "proposal.approved": "{who} approved {hunks}.",
    "proposal.rejected": "{who} rejected a proposal.",
    "proposal.apply_requested": "{who} asked to apply an approved proposal.",
    "proposal.applied": "An approved proposal was applied as commit {commit}.",
    "proposal.pushed": "Commit {commit} was pushed to branch {branch}.",
    "proposal.reverted": "An applied proposal was taken back whole.",
    "proposal.went_stale": "A proposal went stale: {reason}.",
    "job.cancelled": "{who} cancelled a job ({kind_was}).",
    "job.retried": "{who} put a job back in its queue.",
    "queue.paused": "{who} paused the queue {it}.",
    "queue.resumed": "{who} resumed the queue {it}.",
    "schedule.changed": "{who} changed when {it} runs, or whether.",
    "warrant.executed": "A plan of {task} was carried out: {deleted} deleted, {spared} spared, {failed} failed.",
    "preview.opened": "{who} opened a preview session for {platform}.",
    "preview.uploaded": "{who} uploaded a preview bundle of {bytes} bytes.",
    "preview.revoked": "{who} ended a preview session.",
    "preview.configured": "{who} changed how previews of the project are built.",
    "bundle.deleted": "{who} deleted a preview bundle.",
    "bundle.restored": "{who} brought a preview bundle back.",
    "workers.scaled": "The autoscaler asked for {workers_now} workers of {it} (was {workers_was}).",
    "workers.replaced": "The autoscaler had silent workers of {it} replaced.",
    "credentials.resealed": "{who} encrypted stored credentials anew.",
    "chain.begun": "The record of a project began.",
}
_LONGEST_PATTERN = 80  # characters that a sentence shows


def summarise(
    action: str, *, who: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, it: str
) -> str:
    """Say what was done to `it`, the subject's id; an action that is not known yet is told by its name."""
    old, new = before or {}, after or {}
    said = _SAID.get(action)
    if said is None:
        subject, _, what = action.partition(".")
        return f"{who}: {subject} {what.replace('_', ' ')}."
    hunks = new.get("count", len(new.get("hunks") or ()))
    facts = {
        "who": who,
        "it": it,
        "who_of": f"{who}'s",
        "role": " as administrator" if new.get("is_admin") else "",
        "name": new.get("name", "?"),
        "was": old.get("name", "?"),
        "role_now": new.get("role", "?"),
        "role_was": old.get("role", "?"),
        "fields": ", ".join(sorted({*old, *new})) or "nothing",
        "trigger": new.get("trigger", "?"),
        "files": new.get("files", "?"),
        "head_was": _short(old.get("head")),
        "head_now": _short(new.get("head")),
        "kind": str(new.get("kind", "?")).replace("_", " "),
        "old_name": new.get("old_name", "?"),
        "new_name": new.get("new_name", "?"),
        "pattern": str(new.get("pattern", "?"))[:_LONGEST_PATTERN],
        "to_path": new.get("to_path", "?"),
        "platform": new.get("platform", "?"),
        "bytes": new.get("bytes", "?"),
        "kind_was": old.get("kind", "?"),
        "hunks": "1 hunk of a proposal" if hunks == 1 else f"{hunks:,} hunks of a proposal",
        "commit": _short(new.get("commit")),
        "branch": new.get("branch", "?"),
        **{name: new.get(name, "?") for name in ("task", "deleted", "spared", "failed")},
        "workers_now": new.get("workers", "?"),
        "workers_was": old.get("workers", "?"),
        "reason": str(new.get("reason", "?")).replace("_", " "),
    }
    return said.format_map(facts)


def _short(commit: object) -> str:
    return str(commit)[:12] if commit else "nothing"
