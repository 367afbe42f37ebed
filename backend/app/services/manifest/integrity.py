"""Recomputes a manifest's hash from its stored nodes: nothing is believed that can be calculated."""

from uuid import UUID

from sqlalchemy import func, select

from app.adapters.scope import Scope
from app.core.hashing import sha256_hex
from app.models.manifest import Manifest
from app.services.manifest.digest import ManifestRef, check_core
from app.services.manifest.errors import ManifestDamaged
from app.services.manifest.nodes import EntryKind, decode_entries
from app.services.manifest.service import ManifestService
from app.services.manifest.store import NodeStore


async def verify_manifest(scope: Scope, manifest: ManifestRef) -> int:
    """Check every node below a manifest and the manifest itself; answer how many nodes. ManifestDamaged names a tree.

    Every hash is taken again over the stored bytes, from the root down: a child must have the hash that its
    parent's bytes, which were checked before, say.
    """
    check_core(manifest)
    store = NodeStore(scope, manifest.project_id)
    claimed = {manifest.core.root_tree: manifest.core.root_hash}
    wanted = list(claimed)
    while wanted:
        below: list[str] = []
        for tree, encoded in (await store.load_encoded(sorted(wanted))).items():
            if sha256_hex(encoded) != claimed[tree]:
                raise ManifestDamaged(manifest=manifest.version, tree=tree)
            for entry in decode_entries(encoded):
                if entry.kind != EntryKind.FOLDER:
                    continue
                if entry.oid not in claimed:
                    below.append(entry.oid)
                if claimed.setdefault(entry.oid, entry.node_hash or "") != entry.node_hash:
                    raise ManifestDamaged(manifest=manifest.version, tree=entry.oid)
        wanted = below
    return len(claimed)


async def verify_latest(scope: Scope) -> dict[UUID, int | ManifestDamaged]:
    """Check every project's newest manifest; answer how many nodes each has, or what is wrong with it."""
    newest = (
        select(Manifest.project_id, func.max(Manifest.version)).group_by(Manifest.project_id).order_by("project_id")
    )
    found: dict[UUID, int | ManifestDamaged] = {}
    for project_id, version in (await scope.session.execute(newest)).all():
        try:
            manifest = await ManifestService(scope).read(project_id, str(version))
            found[project_id] = await verify_manifest(scope, manifest)
        except ManifestDamaged as error:
            found[project_id] = error
    return found
