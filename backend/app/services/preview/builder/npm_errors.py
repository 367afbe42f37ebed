"""What npm says when it fails, in the product's words: a package that cannot be had, or a registry that is away."""

import re
from collections.abc import Sequence

from app.core.errors import AppError
from app.services.preview.errors import MissingDependencies, RegistryUnavailable

_SAYS = re.compile(r"^npm (?:error|ERR!) ?(.*)$")
_CODE = re.compile(r"code (E?[A-Z0-9_]+)$")
_ABOUT = (
    re.compile(r"No matching version found for (?P<package>@?[^@\s]+)@(?P<wanted>.+?)\.?$"),
    re.compile(r"'(?P<package>@?[^@'\s]+)(?:@(?P<wanted>[^']*))?' is not in (?:this|the npm) registry"),
    re.compile(r"notarget .*?(?P<package>@?[^@\s]+)@(?P<wanted>\S+)"),
    re.compile(r"(?:peer|dev|prod)? ?(?P<package>@?[a-z0-9][\w./-]*)@\"(?P<wanted>[^\"]+)\" from"),
    re.compile(r"404 Not Found - GET \S*/(?P<package>(?:@|%40)?[^/\s]+(?:(?:%2f|/)[^/\s]+)?) - "),
)
_AWAY = re.compile(
    r"^(?:E(?:CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH|AI_AGAIN|NOTFOUND|PIPE|429|5\d\d)|ERR_SOCKET_TIMEOUT"
    r"|FETCH_ERROR)$"
)
_FIRST_LINES = 3


def failure_of(lines: Sequence[str], *, refused: Sequence[str], unreachable: str | None) -> AppError:
    """Make an error of npm's last lines, the hosts that were refused to it, and why the registry was not reached."""
    said = [found[1].strip() for line in lines if (found := _SAYS.match(line)) and found[1].strip()]
    code = next((found[1] for line in said if (found := _CODE.match(line))), None)
    first = " ".join([line for line in said if not _CODE.match(line)][:_FIRST_LINES])[:500]
    if refused:
        return MissingDependencies(
            f"A dependency comes from {refused[0]}: builds reach the registry only. npm said: {first or 'nothing'}",
            npm_code=code,
            refused=list(refused)[:10],
        )
    if unreachable or (code and _AWAY.match(code)):
        return RegistryUnavailable(
            f"The registry of packages does not answer ({unreachable or code}).", npm_code=code, said=first
        )
    package, wanted = _package(said)
    what = f"{package}@{wanted}" if package and wanted else package
    return MissingDependencies(
        f"npm could not install {what or 'the dependencies'} ({code or 'no code'}). {first}".strip(),
        npm_code=code,
        package=package,
        wanted=wanted,
    )


def _package(said: Sequence[str]) -> tuple[str | None, str | None]:
    for pattern in _ABOUT:
        for line in said:
            if found := pattern.search(line):
                groups = found.groupdict()
                return groups["package"].replace("%2f", "/").replace("%40", "@"), groups.get("wanted")
    return None, None
