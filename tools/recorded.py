"""Runs commands at a real terminal and draws what they printed as one SVG; nothing is made up."""

import fcntl
import io
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

_PATIENCE_SECONDS = 60
# Colours, line feeds and what moves the cursor or wipes a line; everything else of a terminal is not used.
_TOKENS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[(?P<up>[0-9]*)A|(?P<wipe>\x1b\[2K)|\x1b\[[0-9;?]*[A-Za-z]|[^\x1b]")


@dataclass
class Recording:
    """A terminal session: commands with what they printed."""

    env: Mapping[str, str]
    folder: Path
    columns: int = 104
    lines: list[Text] = field(default_factory=list)

    def run(self, command: Sequence[str], *, shown: str | None = None, answers: Sequence[tuple[str, str]] = ()) -> str:
        """Run a command at a terminal; `answers` are what is typed when a prompt appears. What it printed, plain."""
        self.lines.append(Text.assemble(("$ ", "bold green"), (shown or shlex.join(command), "bold")))
        printed = self._at_terminal(command, list(answers))
        text = Text.from_ansi(_settled(printed))
        self.lines += text.split("\n", allow_blank=True)
        return text.plain

    def cut(self, first: str, last: str) -> None:
        """Leave out lines of the last command, from one that holds a text to one that does, and say so."""
        start = max(index for index, line in enumerate(self.lines) if line.plain.startswith("$ "))
        begin = next(index for index in range(start + 1, len(self.lines)) if first in self.lines[index].plain)
        end = max(index for index in range(begin, len(self.lines)) if last in self.lines[index].plain)
        self.lines[begin : end + 1] = [Text(f"… {end + 1 - begin} lines of a diff …", style="dim italic")]

    def gap(self) -> None:
        """Leave a line empty."""
        self.lines.append(Text(""))

    def svg(self, title: str) -> str:
        """Draw everything."""
        console = Console(record=True, width=self.columns, file=io.StringIO(), force_terminal=True)
        for line in self.lines:
            console.print(line, overflow="fold")
        # The picture asks no other site for its font; the reader's own will do.
        return re.sub(r"@font-face\s*{[^}]*}\s*", "", console.export_svg(title=title, unique_id="hivesync"))

    def _at_terminal(self, command: Sequence[str], answers: list[tuple[str, str]]) -> str:
        mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, self.columns, 0, 0))
        env = {**self.env, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        process = subprocess.Popen(
            command, cwd=self.folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        printed, seen = "", 0
        while True:
            if not select.select([mine], [], [], _PATIENCE_SECONDS)[0]:
                process.kill()
                raise TimeoutError(f"{shlex.join(command)} said nothing more after:\n{printed}")
            try:
                data = os.read(mine, 65536)
            except OSError:
                data = b""
            if not data:
                break
            printed += data.decode(errors="replace")
            if answers and (place := printed.find(answers[0][0], seen)) >= 0:
                seen = place + len(answers[0][0])
                os.write(mine, answers.pop(0)[1].encode())
        os.close(mine)
        if process.wait() != 0:
            raise RuntimeError(f"{shlex.join(command)} failed:\n{printed}")
        return printed


def _settled(printed: str) -> str:
    """Work out what is left on the screen when all is said: progress bars wipe themselves out."""
    lines, row = [""], 0
    returned = False
    for token in _TOKENS.finditer(printed.replace("\r\n", "\n")):
        text = token.group()
        if token["up"] is not None:
            row = max(0, row - int(token["up"] or 1))
        elif token["wipe"]:
            lines[row] = ""
        elif text == "\n":
            row, returned = row + 1, False
            lines += [""] * (row + 1 - len(lines))
        elif text == "\r":
            returned = True
        elif text[0] != "\x1b" or text.endswith("m"):
            lines[row] = text if returned else lines[row] + text
            returned = False
    return "\n".join(lines).strip("\n")
