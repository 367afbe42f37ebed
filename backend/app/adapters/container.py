"""`Container`: everything a process opens once. Production and tests differ only in what they put in it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from app.adapters.binary_diff import BinaryDiff, Bsdiff
from app.adapters.db.engine import Database
from app.adapters.events.bus import Subscriptions
from app.adapters.events.port import HubPort
from app.adapters.git.port import MirrorStore
from app.adapters.jobs.marks import PushMarks
from app.adapters.jobs.registry import Registry
from app.adapters.kv.port import KeyValue
from app.adapters.language.patterns import PatternEngine
from app.adapters.language.port import LanguageServers
from app.adapters.llm.chain import ModelChain
from app.adapters.queue.port import QueuePort
from app.adapters.registry.port import Registry as PackageRegistry
from app.adapters.sandbox.port import SandboxSource, Unconfined
from app.adapters.sandbox.staying import StayingPool
from app.adapters.scaling.keeper import Scaling
from app.adapters.scope import Scope, ScopeFactory, open_scope
from app.adapters.security.jwt import AccessTokens
from app.adapters.security.passwords import Passwords
from app.adapters.security.secret_box import SecretBox
from app.adapters.storage.port import Bucket, ObjectStorage
from app.adapters.telemetry.tracing import NoTracer, Tracer
from app.config import Settings
from app.core.actor import SYSTEM, Actor
from app.core.clock import Clock
from app.core.ids import IdSource


@dataclass(frozen=True)
class Container:
    """The process's adapters, as typed fields."""

    settings: Settings
    clock: Clock
    ids: IdSource
    database: Database
    queue: QueuePort
    kv: KeyValue
    hub: HubPort
    storage: ObjectStorage
    mirrors: MirrorStore
    models: ModelChain
    languages: LanguageServers
    patterns: PatternEngine
    passwords: Passwords
    access_tokens: AccessTokens
    secret_box: SecretBox
    registry: Registry
    subscriptions: Subscriptions = field(default_factory=dict)
    marks: PushMarks = field(default_factory=PushMarks)
    # Beside `storage`, which is that of media.
    bundles: ObjectStorage | None = None

    def buckets(self) -> Mapping[Bucket, ObjectStorage]:
        """List what is stored where; without a storage of their own bundles are kept beside media."""
        return {Bucket.MEDIA: self.storage, Bucket.PREVIEWS: self.bundles or self.storage}

    scaling: Scaling = field(default_factory=Scaling)
    sandbox: SandboxSource = field(default_factory=Unconfined)
    build_sandbox: SandboxSource = field(default_factory=Unconfined)
    # Bundlers that wait for the next build; by default none does.
    bundlers: StayingPool = field(default_factory=StayingPool)
    # Where builds install packages from: by default a port of this machine that nobody listens on.
    registry_of_packages: PackageRegistry = field(default_factory=lambda: PackageRegistry("http://127.0.0.1:9/"))
    tracer: Tracer = field(default_factory=NoTracer)
    differ: BinaryDiff = field(default_factory=Bsdiff)

    def scope(self, actor: Actor = SYSTEM, *, read_only: bool = False) -> AbstractAsyncContextManager[Scope]:
        """Open one unit of work on behalf of `actor`."""
        return open_scope(self, actor, read_only=read_only)

    def scopes(self, actor: Actor = SYSTEM) -> ScopeFactory:
        """Bind an actor, for work that opens several short scopes."""

        def open_one(*, read_only: bool = False) -> AbstractAsyncContextManager[Scope]:
            return open_scope(self, actor, read_only=read_only)

        return open_one
