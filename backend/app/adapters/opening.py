"""Opens everything a process needs, closes it in reverse order. The only place that chooses implementations."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from pydantic import SecretStr

from app.adapters.container import Container
from app.adapters.db.engine import Database, open_database
from app.adapters.events.bus import Subscriptions
from app.adapters.events.redis import RedisHub
from app.adapters.git.mirrors import open_mirrors
from app.adapters.git.settings import GitSettings
from app.adapters.ids import SystemIds
from app.adapters.jobs.marks import LATER, PushMarks
from app.adapters.jobs.registry import Registry
from app.adapters.kv.redis import RedisKeyValue
from app.adapters.language.ast_grep import AstGrep
from app.adapters.language.pool import PooledLanguageServers
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.llm.chain import ModelChain
from app.adapters.llm.local import LocalModel, LocalSettings
from app.adapters.llm.offline import OfflineModel
from app.adapters.llm.openai_settings import OpenAiSettings
from app.adapters.llm.permits import CallPermits, CappedModel
from app.adapters.llm.port import LanguageModel
from app.adapters.process.system import SystemProcesses
from app.adapters.queue.embedded import url_for
from app.adapters.queue.engine import DramatiqConsumer
from app.adapters.queue.port import QueueConsumer
from app.adapters.queue.redis import RedisQueue
from app.adapters.registry.surroundings import registry_of
from app.adapters.sandbox.chosen import BuildSandbox, ToolSandbox, candidates, candidates_for_builds
from app.adapters.sandbox.probe import Prober
from app.adapters.sandbox.staying import StayingPool
from app.adapters.scaling.factory import open_scaling
from app.adapters.scaling.keeper import Scaling
from app.adapters.security.jwt import AccessTokens
from app.adapters.security.passwords import Passwords
from app.adapters.security.secret_box import SecretBox
from app.adapters.storage.factory import open_storage
from app.adapters.storage.port import Bucket
from app.adapters.telemetry.tracing import open_tracer
from app.config import Settings
from app.config.client import process_environment
from app.config.security import SecuritySettings
from app.core.clock import Clock, SystemClock
from app.core.ids import IdSource


def redis_url(settings: Settings) -> str:
    """Say which Redis to use: the operator's, or the embedded one of this data directory."""
    return _plain(settings.redis.url) or url_for(settings.data_dir)


def open_consumer(settings: Settings) -> QueueConsumer:
    """Make the taking side of the queue for one worker process; nothing is connected before it starts."""
    return DramatiqConsumer(redis_url(settings))


@asynccontextmanager
async def open_container(
    settings: Settings,
    *,
    registry: Registry,
    subscriptions: Subscriptions,
    writes_mirrors: bool = False,
    service: str = "command",
) -> AsyncIterator[Container]:
    """Open one process's container; `service` names it in traces. Nothing is connected before its first use."""
    clock, ids = SystemClock(), SystemIds()
    security, address = settings.security, redis_url(settings)
    async with AsyncExitStack() as stack:
        database = open_database(
            settings.database.url.get_secret_value(),
            clock=clock,
            pool_size=settings.database.pool_size,
            statement_timeout=timedelta(seconds=settings.database.statement_timeout_seconds),
        )
        stack.push_async_callback(database.close)
        queue, kv, hub = RedisQueue(address, ids=ids), RedisKeyValue(address), RedisHub(address)
        storage = open_storage(settings.storage, settings.data_dir, Bucket.MEDIA)
        bundles = open_storage(settings.storage, settings.data_dir, Bucket.PREVIEWS)
        sandbox, marks = _sandbox(settings, clock, ids), PushMarks(LATER)
        languages = PooledLanguageServers(SystemLanguageServers(settings.data_dir / "tmp", ids, sandbox))
        scaling = Scaling(open_scaling(settings, clock=clock, ids=ids, env=process_environment()))
        models = _capped(_models(settings, clock), settings, database, ids)
        for model in (each for each in models if isinstance(each, CappedModel)):
            stack.push_async_callback(model.permits.close)
        tracer, bundlers = open_tracer(settings.telemetry, service=service), _bundlers(settings)
        for adapter in (tracer, queue, kv, hub, storage, bundles, marks, scaling, languages, bundlers):
            stack.push_async_callback(adapter.close)
        yield Container(
            settings=settings,
            clock=clock,
            ids=ids,
            database=database,
            queue=queue,
            kv=kv,
            hub=hub,
            storage=storage,
            mirrors=open_mirrors(
                _git(settings), processes=SystemProcesses(clock), clock=clock, ids=ids, writable=writes_mirrors
            ),
            models=ModelChain(models, clock),
            languages=languages,
            patterns=AstGrep(SystemProcesses(clock), settings.data_dir / "tmp", ids, sandbox=sandbox),
            sandbox=sandbox,
            build_sandbox=_build_sandbox(settings, clock, ids),
            bundlers=bundlers,
            registry_of_packages=registry_of(settings.preview, process_environment()),
            passwords=Passwords(),
            access_tokens=_access_tokens(security, clock, ids),
            secret_box=SecretBox([each.get_secret_value() for each in security.credentials_secrets], ids),
            registry=registry,
            subscriptions=subscriptions,
            marks=marks,
            bundles=bundles,
            scaling=scaling,
            tracer=tracer,
        )


def _access_tokens(security: SecuritySettings, clock: Clock, ids: IdSource) -> AccessTokens:
    secrets = [each.get_secret_value() for each in (security.jwt_secret, *security.jwt_previous_secrets)]
    return AccessTokens(secrets, ttl_seconds=security.jwt_ttl_seconds, clock=clock, ids=ids)


def _git(settings: Settings) -> GitSettings:
    git = settings.git
    return GitSettings(
        data_dir=settings.data_dir,
        allow_local=git.allow_local_repos,
        allowed_private_hosts=frozenset(git.allowed_private_hosts),
        fetch_timeout=timedelta(seconds=git.timeout_seconds),
        max_bytes=git.max_repo_bytes,
    )


def _sandbox(settings: Settings, clock: Clock, ids: IdSource) -> ToolSandbox:
    return ToolSandbox(settings.security.tool_sandbox, _prober(settings, clock, ids), candidates())


def _build_sandbox(settings: Settings, clock: Clock, ids: IdSource) -> BuildSandbox:
    return BuildSandbox(settings.preview.sandbox, _prober(settings, clock, ids), candidates_for_builds())


def _bundlers(settings: Settings) -> StayingPool:
    return StayingPool(memory_bytes=settings.preview.warm_memory_mb * 1024**2)


def _prober(settings: Settings, clock: Clock, ids: IdSource) -> Prober:
    folder = settings.data_dir
    precious = (folder / "hivesync.db", folder / "secrets.json")
    return Prober(SystemProcesses(clock), ids, folder / "tmp", precious)


def _models(settings: Settings, clock: Clock) -> list[LanguageModel]:
    """List who may be asked, in the operator's order; providers without a key or weights are left out."""
    ai = settings.ai
    deadline = timedelta(seconds=ai.timeout_seconds)
    known: dict[str, LanguageModel] = {"offline": OfflineModel()}
    if ai.local_enabled and ai.local_model_path:
        known["local"] = LocalModel(LocalSettings(ai.local_model_path), clock)
    if ai.openai_api_key or ai.openai_base_url != type(ai).model_fields["openai_base_url"].default:
        primary = OpenAiSettings(
            ai.openai_base_url,
            ai.openai_model,
            _plain(ai.openai_api_key),
            usd_per_million_input=ai.openai_usd_input,
            usd_per_million_output=ai.openai_usd_output,
            deadline=deadline,
        )
        known["primary"] = _openai_model(primary, clock)
    if ai.fallback_base_url and ai.fallback_model:
        fallback = OpenAiSettings(
            ai.fallback_base_url,
            ai.fallback_model,
            _plain(ai.fallback_api_key),
            label="fallback",
            usd_per_million_input=ai.fallback_usd_input,
            usd_per_million_output=ai.fallback_usd_output,
            deadline=deadline,
        )
        known["fallback"] = _openai_model(fallback, clock)
    return [known[name] for name in ai.order if name in known]


def _capped(models: list[LanguageModel], settings: Settings, database: Database, ids: IdSource) -> list[LanguageModel]:
    """Cap what goes to others; what runs in this process has its own bounds."""
    cap, holder = settings.ai.max_concurrent_calls, ids.new().hex
    if not cap:
        return models
    return [
        model
        if model.card.host is None
        else CappedModel(model, CallPermits(database, model.card.provider, cap, holder, ids.fraction))
        for model in models
    ]


def _openai_model(settings: OpenAiSettings, clock: Clock) -> LanguageModel:
    # Its client library takes half a second to import, which a start without a key need not pay.
    from app.adapters.llm.openai import OpenAiModel  # noqa: PLC0415

    return OpenAiModel(settings, clock)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
