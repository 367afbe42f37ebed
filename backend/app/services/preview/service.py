"""The rules of previews: who may open a session, what its token allows, and when there is something to download."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.adapters.scope import Scope
from app.adapters.storage.port import StoredObject
from app.core.effects import Effect
from app.core.errors import NotFound
from app.core.paging import Page, encode_cursor
from app.models.job import Job
from app.models.preview import PreviewBundle, PreviewSession
from app.services.auth.capabilities import Capability, require_client
from app.services.jobs.errors import JobFinished, NotYourJob
from app.services.jobs.service import JobService, Standing
from app.services.manifest.digest import ManifestRef
from app.services.preview.bundles import PAYLOADS, Bundles, PreviewPayload
from app.services.preview.dev_urls import check_dev_url
from app.services.preview.errors import BundleNotFound, PreviewNotFound, SessionNotFound, SessionOver, WrongSource
from app.services.preview.messages import BuildPreview, ReceiveBundle
from app.services.preview.platforms import BuildOptions, Platform, SessionRequest, Source
from app.services.preview.quotas import check_room, check_sessions, check_space
from app.services.preview.restoring import restore_bundle
from app.services.preview.tokens import PreviewClaims, PreviewTokens, PreviewTokenTooWeak, TokenScope
from app.services.projects.access import Permission, require_project


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and the token to it. The token is told once and kept nowhere."""

    session: PreviewSession
    token: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview's job, and its bundle once there is one."""

    standing: Standing
    payload: PreviewPayload
    bundle: PreviewBundle | None


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session, the job that makes its preview, and the bundle that came of it; None where there is none."""

    session: PreviewSession
    job: Job | None
    bundle: PreviewBundle | None


class PreviewService:
    """Previews inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope

    @property
    def tokens(self) -> PreviewTokens:
        """What signs and checks tokens here."""
        return PreviewTokens.of(self._scope.settings, self._scope.clock)

    async def open(self, asked: SessionRequest) -> Opened:
        """Open a session; DevUrlRefused, ClientNotAllowed, PreviewSpaceFull, TooManySessions.

        And what `require_project` raises.
        """
        scope = self._scope
        require_client(scope.actor, Capability.REQUEST_PREVIEW)
        await require_project(scope, asked.project_id, Permission.PREVIEW)
        dev_url = check_dev_url(asked.dev_url, asked.source, is_prod=scope.settings.is_prod)
        await check_sessions(scope, asked.project_id)
        if asked.source is not Source.DEV_URL:
            await check_space(scope, asked.project_id)
        now = scope.clock.now().replace(microsecond=0)
        session = PreviewSession(
            id=scope.ids.new(),
            project_id=asked.project_id,
            user_id=scope.actor.user_id,
            platform=asked.platform.value,
            source=asked.source.value,
            status="live",
            created_at=now,
            expires_at=now + timedelta(seconds=scope.settings.preview.token_ttl_seconds),
            ended_at=None,
            git_ref=asked.git_ref,
            dev_url=dev_url,
            job_id=None,
            options=asked.options.model_dump(mode="json"),
        )
        scope.session.add(session)
        await scope.session.flush()
        facts = {"platform": session.platform, "source": session.source}
        scope.record(
            Effect("preview.opened", "preview_session", str(session.id), project_id=asked.project_id, after=facts)
        )
        return Opened(session, self.tokens.issue(self._claims(session, TokenScope.SESSION)))

    async def session_of(self, claims: PreviewClaims) -> PreviewSession:
        """Find the live session of a token; SessionOver when it was ended, and what `require_project` raises.

        Call it in a scope that acts for the token's owner: he must still be allowed what the token lets others do. The
        owner of a grant is whoever asked for it, and he need not be the session's.
        """
        is_grant = claims.scope is TokenScope.READ
        await require_project(self._scope, claims.project_id, Permission.READ if is_grant else Permission.PREVIEW)
        session = await self._scope.session.get(PreviewSession, claims.session_id)
        # Without its row a token is refused: the signature says where it comes from, the row that it still counts.
        if session is None or session.project_id != claims.project_id:
            raise SessionNotFound
        if not is_grant and session.user_id != claims.user_id:
            raise SessionNotFound
        if session.status == "revoked":
            raise SessionOver(ended_at=session.ended_at.isoformat() if session.ended_at else None)
        return session

    async def allow_upload(self, claims: PreviewClaims, *, bytes_needed: int = 0) -> PreviewSession:
        """Let a token's bearer send a bundle; PreviewTokenTooWeak, WrongSource, and what it calls raises."""
        if claims.scope is not TokenScope.SESSION:
            raise PreviewTokenTooWeak
        session = await self.session_of(claims)
        # A session whose bundle could be built here as well takes one that was built elsewhere, until it is.
        if session.source == Source.DEV_URL.value or (session.source == Source.WORKER.value and session.job_id):
            raise WrongSource(source=session.source, needed=Source.UPLOAD.value)
        await check_room(self._scope, session.project_id, bytes_needed=bytes_needed)
        return session

    async def allow_build(self, claims: PreviewClaims) -> PreviewSession:
        """Let a token's bearer have the session's app built; PreviewTokenTooWeak, and what `session_of` raises."""
        if claims.scope is not TokenScope.SESSION:
            raise PreviewTokenTooWeak
        return await self.session_of(claims)

    async def request_build(self, claims: PreviewClaims, manifest: ManifestRef) -> Job:
        """Stage a build of what a manifest describes, under the authority of the token's owner (C65)."""
        session = await self.allow_build(claims)
        await check_room(self._scope, session.project_id)
        payload = BuildPreview(
            project_id=session.project_id,
            session_id=session.id,
            platform=Platform(session.platform),
            ref=manifest.ref,
            commit=manifest.commit,
            manifest_hash=manifest.hash,
            options=BuildOptions.model_validate(session.options or {}),
        )
        job = await self._scope.stage(payload, project_id=session.project_id)
        session.job_id = job.id
        facts = {"commit": manifest.commit, "manifest_hash": manifest.hash}
        self._scope.record(
            Effect("preview.asked", "preview_session", str(session.id), project_id=session.project_id, after=facts)
        )
        return job

    async def accept_upload(self, claims: PreviewClaims, upload: StoredObject) -> tuple[Job, str]:
        """Stage the check of what was sent; answer the job, and the grant to look at what comes of it."""
        session = await self.allow_upload(claims, bytes_needed=upload.size)
        payload = ReceiveBundle(
            project_id=session.project_id,
            session_id=session.id,
            platform=Platform(session.platform),
            upload_key=upload.key,
            upload_sha256=upload.sha256,
            size_bytes=upload.size,
        )
        job = await self._scope.stage(payload, project_id=session.project_id)
        session.job_id, session.source = job.id, Source.UPLOAD.value
        facts = {"sha256": upload.sha256, "bytes": upload.size}
        self._scope.record(
            Effect("preview.uploaded", "preview_session", str(session.id), project_id=session.project_id, after=facts)
        )
        return job, self.grant(session, job.id)

    def grant(self, session: PreviewSession, job_id: UUID) -> str:
        """Sign the right to look at one job's preview for as long as a bundle lives (C64)."""
        return self.tokens.issue(self._claims(session, TokenScope.READ, job_id))

    async def grant_to_open(self, preview: Preview, claims: PreviewClaims | None) -> str:
        """Give a grant to one preview to whoever may see it; SessionOver, SessionNotFound.

        Whoever came with a grant has it already; anybody else gets one in his own name, which ends with his rights.
        """
        if claims is not None and claims.scope is TokenScope.READ:
            return self.tokens.issue(claims)
        session = await self._scope.session.get(PreviewSession, preview.payload.session_id)
        if session is None:
            raise SessionNotFound
        if session.status == "revoked":
            raise SessionOver(ended_at=session.ended_at.isoformat() if session.ended_at else None)
        claimed = self._claims(session, TokenScope.READ, preview.standing.job.id)
        return self.tokens.issue(replace(claimed, user_id=self._scope.actor.user_id or claimed.user_id))

    async def revoke(self, session_id: UUID) -> PreviewSession:
        """End a session: its token and its grants are refused from now on. Twice is once."""
        session = await self._mine(session_id)
        if session.status != "revoked":
            before = {"status": session.status}
            session.status, session.ended_at = "revoked", self._scope.clock.now()
            self._scope.record(
                Effect(
                    "preview.revoked", "preview_session", str(session.id), project_id=session.project_id,
                    before=before, after={"status": "revoked"},
                )
            )  # fmt: skip
        return session

    async def stop_build(self, job_id: UUID) -> None:
        """Stop what is being built for a session that was ended. In a transaction of its own.

        Whoever builds has locked the job when he looks at the session.
        """
        with contextlib.suppress(JobFinished, NotYourJob):
            await JobService(self._scope).cancel(job_id)

    async def restore(self, session_id: UUID) -> tuple[PreviewSession, str]:
        """Bring a session's bundle back and give a new grant to it; SessionOver, BundleNotFound, NotRestorable."""
        session = await self._mine(session_id)
        if session.status == "revoked":
            raise SessionOver(ended_at=session.ended_at.isoformat() if session.ended_at else None)
        bundle = await Bundles(self._scope).of_job(session.job_id) if session.job_id else None
        if bundle is None or session.job_id is None:
            raise BundleNotFound
        await restore_bundle(self._scope, bundle.id)
        return session, self.grant(session, session.job_id)

    async def list_sessions(self, project_id: UUID, *, limit: int, after: UUID | None) -> Page[ListedSession]:
        """List a project's sessions, the newest first, each with how its preview stands."""
        await require_project(self._scope, project_id, Permission.PREVIEW)
        query = select(PreviewSession).where(PreviewSession.project_id == project_id)
        if after is not None:
            query = query.where(PreviewSession.id < after)
        rows = await self._scope.session.execute(query.order_by(PreviewSession.id.desc()).limit(limit + 1))
        found = list(rows.scalars())
        more = encode_cursor(found[limit - 1].id) if len(found) > limit else None
        return Page(await self._listed(found[:limit]), more)

    async def _listed(self, sessions: Sequence[PreviewSession]) -> list[ListedSession]:
        job_ids = {each.job_id for each in sessions if each.job_id is not None}
        jobs = await self._scope.session.execute(select(Job).where(Job.id.in_(job_ids)))
        job_of = {job.id: job for job in jobs.scalars()}
        bundle_of = await Bundles(self._scope).of_jobs(job_ids)
        return [
            ListedSession(each, job_of.get(each.job_id), bundle_of.get(each.job_id))
            if each.job_id is not None
            else ListedSession(each, None, None)
            for each in sessions
        ]

    async def ref_of(self, bundle: PreviewBundle) -> str | None:
        """Find the ref that somebody asked for when a bundle's session was opened."""
        session = await self._scope.session.get(PreviewSession, bundle.session_id) if bundle.session_id else None
        return session.git_ref if session is not None else None

    async def read(self, job_id: UUID, claims: PreviewClaims | None) -> Preview:
        """Read a preview by its job's id, for whoever is logged in or holds a token or grant; PreviewNotFound."""
        if claims is not None:
            await self.session_of(claims)
        try:
            standing = await JobService(self._scope).read(job_id)
            if standing.job.kind not in PAYLOADS:
                raise PreviewNotFound
            payload = PAYLOADS[standing.job.kind].model_validate(standing.job.payload)
            await require_project(self._scope, payload.project_id, Permission.READ)
        except NotFound:
            raise PreviewNotFound from None
        if claims is not None and (claims.session_id, claims.job_id or job_id) != (payload.session_id, job_id):
            raise PreviewNotFound
        return Preview(standing, payload, await Bundles(self._scope).of_job(job_id))

    async def _mine(self, session_id: UUID) -> PreviewSession:
        session = await self._scope.session.get(PreviewSession, session_id, with_for_update=True)
        if session is None:
            raise SessionNotFound
        try:
            await require_project(self._scope, session.project_id, Permission.PREVIEW)
        except NotFound:
            raise SessionNotFound from None
        return session

    def _claims(self, session: PreviewSession, token_scope: TokenScope, job_id: UUID | None = None) -> PreviewClaims:
        now = self._scope.clock.now().replace(microsecond=0)
        reads_until = now + timedelta(seconds=self._scope.settings.preview.bundle_ttl_seconds)
        return PreviewClaims(
            scope=token_scope,
            platform=Platform(session.platform),
            session_id=session.id,
            project_id=session.project_id,
            user_id=session.user_id or UUID(int=0),
            issued_at=now,
            expires_at=session.expires_at if token_scope is TokenScope.SESSION else reads_until,
            job_id=job_id,
        )
