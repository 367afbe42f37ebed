"""How far long work in a folder is: a bar on a terminal, and the tool's last words when it fails."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.cli.console import err, safe
from app.core.errors import AppError

_LAST_WORDS = 15


class ShownProgress:
    """Shows what it hears. Threads may call it."""

    def __init__(self, bar: Progress, label: str, *, verbose: bool) -> None:
        self.stopped = threading.Event()
        self.last: deque[str] = deque(maxlen=_LAST_WORDS)
        self._bar, self._verbose = bar, verbose
        self._task = bar.add_task(safe(label), total=1.0, phase="")

    def stage(self, name: str, progress: float, message: str = "") -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=progress, phase=safe(message or name))

    def line(self, text: str) -> None:
        """Keep, or print, what a tool says."""
        if self._verbose:
            err.print(safe(text), style="dim")
        else:
            self.last.append(text)


@contextmanager
def shown_progress(label: str, *, verbose: bool = False) -> Iterator[ShownProgress]:
    """Show a bar while the block works; when it fails, what the tool said last."""
    bar = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.fields[phase]}", markup=False), TimeElapsedColumn(),
        console=err, transient=True, disable=not err.is_terminal,
    )  # fmt: skip
    with bar:
        shown = ShownProgress(bar, label, verbose=verbose)
        try:
            yield shown
        except AppError:
            for line in shown.last:
                err.print(safe(line), style="dim")
            raise
