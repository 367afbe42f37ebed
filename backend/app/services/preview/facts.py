"""What a bundle's row says of it, as people are shown it. Rows tell what builds told: nothing is believed (pure)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.models.preview import PreviewBundle
from app.services.preview.about_schemas import BootErrorOut, BootOut, DifferenceOut, FactsOut

_LONGEST = 500
_LONGEST_MESSAGE = 2000
_MOST = 100
# What is another one in every preview, and says nothing.
_ALWAYS_OTHER = frozenset({"job_id", "built_at", "expires_at", "sha256", "boot", "project_id", "has_picture"})


def facts_of(bundle: PreviewBundle, platform: str, git_ref: str | None) -> FactsOut:
    """Show a bundle whose project is known."""
    told: Mapping[str, Any] = bundle.facts or {}
    return FactsOut(
        job_id=bundle.job_id,
        project_id=bundle.project_id or UUID(int=0),
        platform=platform,
        source=bundle.source,
        status=bundle.status,
        built_at=bundle.created_at,
        expires_at=bundle.expires_at,
        size_bytes=bundle.size_bytes,
        sha256=bundle.sha256,
        content_sha256=bundle.content_sha256,
        commit=bundle.commit,
        git_ref=git_ref,
        manifest_hash=_text(told.get("manifest_hash")),
        lockfile_sha256=_text(told.get("lockfile_sha256")),
        runtime_version=_text(told.get("runtime_version")),
        sdk_version=_text(told.get("sdk_version")),
        hermes=told["hermes"] if type(told.get("hermes")) is int else None,
        tools=_tools(told.get("tools")),
        environment=sorted(_texts(told.get("environment"))),
        sandbox=_text(told.get("sandbox")),
        boot=_boot(bundle.boot),
        has_picture=bundle.evidence_key is not None and (bundle.boot or {}).get("picture", bundle.boot is not None),
    )


def differences(left: FactsOut, right: FactsOut) -> list[DifferenceOut]:
    """List the facts in which two bundles differ."""
    one, other = _plain(left), _plain(right)
    names = [name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name)]
    return [DifferenceOut(name=name, left=one.get(name), right=other.get(name)) for name in names]


def _plain(facts: FactsOut) -> dict[str, str]:
    plain: dict[str, str] = {}
    for name, value in facts.model_dump(exclude=set(_ALWAYS_OTHER)).items():
        if isinstance(value, dict):
            plain |= {f"{name}.{key}": str(inner) for key, inner in value.items()}
        elif value is not None and value != []:
            plain[name] = ", ".join(value) if isinstance(value, list) else str(value)
    if facts.boot is not None:
        plain["started"] = "yes" if facts.boot.started else "no"
    return plain


def _boot(told: Mapping[str, Any] | None) -> BootOut | None:
    # It may have been built where nothing can be started.
    if told is None or told.get("checked") is False:
        return None
    milliseconds = told.get("milliseconds")
    return BootOut(
        started=told.get("started") is True,
        error=_error(told.get("error")),
        missing_modules=_texts(told.get("missing_modules")),
        missing_views=_texts(told.get("missing_views")),
        milliseconds=milliseconds if isinstance(milliseconds, int | float) else None,
    )


def _error(told: Any) -> BootErrorOut | None:
    if not isinstance(told, Mapping):
        return None
    frames = told.get("frames")
    places = [_place(each) for each in frames if isinstance(each, Mapping)] if isinstance(frames, list) else []
    return BootErrorOut(message=str(told.get("message", ""))[:_LONGEST_MESSAGE], places=places[:20])


def _place(frame: Mapping[str, Any]) -> str:
    where = ":".join(str(frame[name])[:_LONGEST] for name in ("file", "line", "column") if frame.get(name) is not None)
    return f"{where} in {str(frame['function'])[:_LONGEST]}" if frame.get("function") else where


def _tools(told: Any) -> dict[str, str]:
    if not isinstance(told, Mapping):
        return {}
    return {str(name)[:40]: text for name, value in sorted(told.items())[:_MOST] if (text := _text(value)) is not None}


def _texts(told: Any) -> list[str]:
    return [each[:_LONGEST] for each in told if isinstance(each, str)][:_MOST] if isinstance(told, list) else []


def _text(value: Any) -> str | None:
    return value[:_LONGEST] if isinstance(value, str) else None
