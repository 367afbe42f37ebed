"""Installed packages as builds see them: a folder, or a small one in which those of an older install are shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.sandbox.port import Mount


@dataclass(frozen=True, slots=True)
class Packages:
    """What is seen as `node_modules`: a folder, and in it, by name (`react`, `@expo`, `@expo/cli`), others' folders.

    Where something is shown, `folder` has an empty folder of that name.
    """

    folder: Path
    shown: Mapping[str, Path] = field(default_factory=dict)

    def place_of(self, name: str) -> Path:
        """Say where on this machine something lies: `expo/package.json`."""
        folder, within = self.within(name)
        return folder / within

    def within(self, name: str) -> tuple[Path, str]:
        """Say in which folder, that is no link, and under which path in that something lies."""
        parts = name.split("/")
        for count in (1, 2):
            source = self.shown.get("/".join(parts[:count]))
            if source is not None:
                return source, "/".join(parts[count:])
        return self.folder, name

    def mounts(self, target: str) -> Iterator[Mount]:
        """List what is to be mounted, read-only, so that all of it is seen at `target`."""
        yield Mount(self.folder, target)
        for name, source in sorted(self.shown.items()):
            yield Mount(source, f"{target}/{name}")
