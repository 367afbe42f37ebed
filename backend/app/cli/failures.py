"""How an error is told at a shell: one sentence, then what helps to act on it; or JSON for programs. On stderr."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from app.cli.client import CommandFailed
from app.cli.console import count, err, safe, safe_lines
from app.cli.notes import note_lines
from app.core.errors import AppError

_LONGEST_LIST = 10
_PLACES = ("path", "ref")


def tell(error: AppError, *, as_json: bool) -> None:
    """Say what went wrong, and what the server's answer knows about it."""
    code = error.server_code if isinstance(error, CommandFailed) else error.code
    if as_json:
        details = dict(error.details)
        request_id = details.pop("request_id", None)
        told = {"code": code, "message": error.message, "details": details, "request_id": request_id}
        sys.stderr.write(json.dumps(told, indent=2, default=str) + "\n")
        return
    # What this process says of itself may have lines; what a server said must not make up lines of its own.
    shown = safe if isinstance(error, CommandFailed) else safe_lines
    err.print(Text(f"{code}: " if code else "", style="bold red").append(shown(error.message), style="red"))
    for line in detail_lines(error.details, told=error.message):
        err.print(line)
    if code == "INTERNAL" and error.details.get("request_id"):
        err.print(f"  Report it with this id: {safe(error.details['request_id'])}")


def detail_lines(details: Mapping[str, Any], *, told: str) -> list[Text]:
    """Give what an answer knows beside its sentence, ready to print."""
    lines = [f"  {name}: {details[name]}" for name in _PLACES if isinstance(details.get(name), str)]
    if lines and isinstance(details.get("path"), str) and details.get("line") and details.get("column"):
        lines[0] += f":{details['line']}:{details['column']}"
    reason = details.get("reason")
    if isinstance(reason, str) and reason.lower() not in told.lower():
        lines.append(f"  reason: {reason}")
    lines += _listed(details)
    lines += [f"  {each.get('field')}: {each.get('problem')}" for each in _dicts(details.get("problems"))[1:]]
    lines += [
        f"  {each.get('path')}:{each.get('line')}  {each.get('why')}" for each in _dicts(details.get("conflicts"))
    ]
    lines += [f"  {each.get('path')}:{each.get('line')}  {each.get('text')}" for each in _dicts(details.get("places"))]
    lines += [f"  {line}" for name in ("left_out", "notes") for line in note_lines(_dicts(details.get(name)))]
    if details.get("said"):
        lines.append(f"  git said: {details['said']}")
    wait = details.get("retry_after_seconds")
    if isinstance(wait, int) and wait:
        lines.append(f"  Try again in {count(wait, 'second')}.")
    shown = [Text(safe(line)) for line in lines]
    return shown + _moved(details)


def _listed(details: Mapping[str, Any]) -> list[str]:
    """Give what is known as words in a row: which there are, which lead to one another, how many were read."""
    lists = {"supported": details.get("supported"), "circle": details.get("cycle"), "hunks": details.get("hunks")}
    lines = [f"  {name}: {', '.join(map(str, words))}" for name, words in lists.items() if isinstance(words, list)]
    if isinstance(details.get("files"), int) and "notes" in details:
        lines.append(f"  files read: {details['files']:,}")
    return lines


def _moved(details: Mapping[str, Any]) -> list[Text]:
    """Show what moved under a proposal."""
    paths = [str(path) for path in details.get("paths") or []][:_LONGEST_LIST]
    label = "moved: " if "head_commit" in details else ""
    lines = [Text(f"  {label}{safe(path)}") for path in paths]
    if details.get("diff"):
        lines.append(Text("From what the proposal was made for to what is there now:", style="dim"))
        lines += [Text(safe_lines(line)) for line in str(details["diff"]).rstrip("\n").split("\n")]
    if details.get("diff_truncated"):
        lines.append(Text("… the rest is in git.", style="dim"))
    return lines


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value or [] if isinstance(each, dict)][:_LONGEST_LIST]
