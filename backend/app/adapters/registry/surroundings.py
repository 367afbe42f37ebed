"""The registry as the settings name it, reached as the worker's own surroundings want it: proxy, certificates."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from app.adapters.registry.port import Registry
from app.config.preview import PreviewSettings


def registry_of(settings: PreviewSettings, env: Mapping[str, str]) -> Registry:
    """Describe the registry. One that an operator names may lie on his own network; the default one may not.

    Of the environment: HTTPS_PROXY (for a registry without encryption HTTP_PROXY) without a login, unless NO_PROXY
    names the registry; and NODE_EXTRA_CA_CERTS, a file of certificates to trust.
    """
    url = settings.npm_registry_url
    is_default = url == PreviewSettings.model_fields["npm_registry_url"].default
    certificates = Path(env.get("NODE_EXTRA_CA_CERTS") or "/nowhere")
    plain = Registry(url)
    return Registry(
        url,
        may_be_private=not is_default,
        upstream=_upstream(plain, env),
        certificates=certificates.resolve() if certificates.is_file() else None,
    )


def _upstream(registry: Registry, env: Mapping[str, str]) -> str | None:
    name = "HTTPS_PROXY" if registry.is_encrypted else "HTTP_PROXY"
    proxy = urlsplit(env.get(name) or env.get(name.lower()) or "")
    if not proxy.hostname or proxy.scheme != "http" or proxy.username is not None:
        return None
    for part in (env.get("NO_PROXY") or env.get("no_proxy") or "").split(","):
        domain = part.strip().lstrip(".").lower()
        if domain == "*" or (domain and f".{registry.host}".endswith(f".{domain}")):
            return None
    return f"{proxy.hostname}:{proxy.port or 80}"
