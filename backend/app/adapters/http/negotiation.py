"""Which form of an answer a client asks for, by its `Accept` header (RFC 9110, section 12.5.1)."""

from starlette.requests import Request

_HTML, _JSON = "text/html", "application/json"
_MOST_RANGES = 50


def prefers_html(request: Request) -> bool:
    """Say whether the client names HTML, and not JSON above it or before it: browsers do, and nobody else.

    Wildcards are no wish for HTML: tools send `*/*`, and get JSON.
    """
    wishes = _wishes(request.headers.get("accept", ""))
    html, json = wishes.get(_HTML, (0.0, 0)), wishes.get(_JSON, (0.0, 0))
    return html[0] > 0 and html > json


def _wishes(accept: str) -> dict[str, tuple[float, int]]:
    """Read how much each type is wanted, 0 to 1, and where it stands: a larger pair is wanted more."""
    found: dict[str, tuple[float, int]] = {}
    for place, each in enumerate(accept.split(",")[:_MOST_RANGES]):
        name, *parameters = (part.strip().lower() for part in each.split(";"))
        weight = next((part.removeprefix("q=") for part in parameters if part.startswith("q=")), "1")
        found.setdefault(name, (_number(weight), -place))
    return found


def _number(weight: str) -> float:
    try:
        number = float(weight)
    except ValueError:
        return 0.0
    return number if 0.0 <= number <= 1.0 else 0.0
