"""Addresses of development servers: stored and shown, never fetched by this server (C02). Pure."""

import re
from urllib.parse import urlsplit

from app.services.preview.errors import DevUrlRefused
from app.services.preview.platforms import Source

_SCHEMES = frozenset({"http", "https", "exp", "exps"})
_LONGEST = 500
_PLAIN = re.compile(r"[\x21-\x7e]+")


def check_dev_url(url: str | None, source: Source, *, is_prod: bool) -> str | None:
    """Return the address of a session of the source `dev_url`, None for other sources; DevUrlRefused."""
    if source is not Source.DEV_URL:
        if url is not None:
            raise DevUrlRefused(source=source.value)
        return None
    if is_prod:
        raise DevUrlRefused("Development servers are shown with APP_ENV=dev only. Build or upload a bundle instead.")
    if url is None or len(url) > _LONGEST or not _PLAIN.fullmatch(url):
        raise DevUrlRefused("Give the development server's address as dev_url, such as http://192.168.1.20:8081.")
    if not is_dev_address(url):
        raise DevUrlRefused("That is no address of a development server: http, https or exp, a host, and no password.")
    return url


def is_dev_address(url: str) -> bool:
    """Say whether that may be an address of a development server, and so may be a link."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.hostname) and has_port and "@" not in parts.netloc
