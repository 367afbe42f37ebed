"""All ways to open one stored preview on this installation."""

from app.services.preview.expo.links import Openable, Way, ways_to_open
from app.services.preview.expo.shelf import Shelf, Shown
from app.services.preview.web.origins import PreviewOrigins


def ways_for(shelf: Shelf, shown: Shown) -> list[Way]:
    """List the ways to open a preview, in a browser only where something is to be seen; what `update_of` raises."""
    settings, opened = shelf.container.settings, shown.opened
    is_web = opened.platform == "web"
    origins = PreviewOrigins.of(settings)
    preview = Openable(
        shown.job_id,
        opened.platform,
        shown.grant,
        opened.expo_config,
        None if is_web else shelf.update_of(opened).sdk_version,
    )
    return ways_to_open(
        preview,
        base_url=settings.core.base_url,
        expo_go_sdk=settings.preview.expo_go_sdk,
        browser_url=origins.open_url(shown.job_id, shown.grant) if origins else None,
    )
