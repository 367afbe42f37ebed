"""What `hivesync admin seed-previews` does: trusted apps are built, one after the other."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.cli.console import safe
from app.cli.operations import opened
from app.core.errors import Invalid
from app.services.preview.builder.seeding import Seeded, seed

_SAMPLES = Path(__file__).parents[3] / "assets" / "samples"


async def seed_previews(folders: Sequence[Path], tell: Callable[[str], None]) -> list[Seeded]:
    """Seed with these apps, or with the sample apps; Invalid where there are none."""
    apps = list(folders) or sorted(path.parent for path in _SAMPLES.glob("*/package.json"))
    if not apps:
        raise Invalid("The sample apps are not here. Name the folder of an app: hivesync admin seed-previews FOLDER.")
    missing = next((app for app in apps if not (app / "package.json").is_file()), None)
    if missing is not None:
        raise Invalid(f"There is no package.json in {missing}.")
    async with opened() as container:
        return [await seed(container, app.resolve(), lambda line: tell(safe(line))) for app in apps]
