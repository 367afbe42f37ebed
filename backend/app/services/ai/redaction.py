"""Takes secrets out of text before anything leaves, and withholds files that are secrets as a whole.

Line numbers and the number of lines never change; equal text gives equal text; time is linear in its length. What a
secret was is not kept, not even as a hash: a hash of a weak password gives it away.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.services.ai.assigned_secrets import find_assigned, is_placeholder
from app.services.ai.secret_kinds import KINDS, LOOSE_KINDS

_MARK = "«redacted:{}»"
MARK_PATTERN = re.compile(r"«redacted:[a-z0-9-]{1,40}»")

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Redaction:
    """That a secret of some kind stood in a line (1-based); nothing about the secret itself."""

    kind: str
    line: int


def redact(text: str, *, path: str = "") -> tuple[str, tuple[Redaction, ...]]:
    """Put a mark in the place of every secret; `path` tells configuration files, whose values need no quotes."""
    # A secret known by its own shape says more than one known by the name it is given to.
    shaped = [*_key_blocks(text), *_known(text)]
    named = [*find_assigned(text, path=path), *_kubernetes_secrets(text)]
    spans = _merged([(*span, 0) for span in shaped] + [(*span, 1) for span in named])
    if not spans:
        return text, ()
    breaks = [match.start() for match in re.finditer("\n", text)]
    pieces: list[str] = []
    found: list[Redaction] = []
    done = 0
    for start, end, kind in spans:
        pieces += (text[done:start], _MARK.format(kind))
        found.append(Redaction(kind, bisect_right(breaks, start - 1) + 1))
        done = end
    pieces.append(text[done:])
    return "".join(pieces), tuple(found)


def touches_redaction(text: str) -> bool:
    """Say whether a text holds a mark that redaction left."""
    return MARK_PATTERN.search(text) is not None


def _known(text: str) -> Iterator[Span]:
    """Secrets recognisable by their own shape."""
    for kind in KINDS:
        if not any(hint in text for hint in kind.hints):
            continue
        for match in kind.pattern.finditer(text):
            secret = match.group("s")
            if not MARK_PATTERN.search(secret) and not (kind.name in LOOSE_KINDS and is_placeholder(secret)):
                yield match.start("s"), match.end("s"), kind.name


_BEGIN = re.compile(r"-----?[ ]?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?[ ]?-----?")
_END = re.compile(r"-----?[ ]?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?[ ]?-----?")
_PUTTY = re.compile(r"^Private-Lines: (\d{1,4})\r?$", re.MULTILINE)
_CONTENT = re.compile(r"[^\s\"'`,+\\]+(?:[^\r\n]*[^\s\"'`,+\\])?")
_LONGEST_KEY_LINES = 400  # an RSA-16384 key has about 200 lines
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/=]{16}")
_SHORT_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]+|[A-Z][A-Za-z-]{2,20}: [^\r\n]*")
# What a program puts around a key's lines when it holds the key as text: quotes, joins, comment signs, `\n`.
_AROUND_KEY_LINES = " \t\r\"'`,;+\\#*>|"


def _key_blocks(text: str) -> Iterator[Span]:
    """Private keys over several lines: every line's content is a span of its own, so that lines stay."""
    ends = [end.start() for end in _END.finditer(text)] if "PRIVATE KEY" in text else []
    position = 0
    while (begin := _BEGIN.search(text, position)) is not None:
        next_end = bisect_left(ends, begin.end())
        stop = ends[next_end] if next_end < len(ends) else len(text)
        position = begin.end()
        for count, (start, line_end) in enumerate(_line_ranges(text, begin.end(), stop)):
            strong = _KEY_MATERIAL.search(text, start, line_end) is not None
            # A marker that only names the format has no key behind it; a key ends where a line cannot be part of it.
            if count > _LONGEST_KEY_LINES or not (strong or _may_be_key_line(text[start:line_end])):
                break
            if strong or count > 0:
                yield from _content_span(text, start, line_end)
            position = line_end
    for header in _PUTTY.finditer(text):
        for count, (start, line_end) in enumerate(_line_ranges(text, header.end() + 1, len(text))):
            if count >= min(int(header.group(1)), _LONGEST_KEY_LINES):
                break
            yield from _content_span(text, start, line_end)


def _may_be_key_line(line: str) -> bool:
    bare = line.strip(_AROUND_KEY_LINES).removesuffix("\\n").removesuffix("\\r").strip(_AROUND_KEY_LINES)
    return not bare or _SHORT_KEY_LINE.fullmatch(bare) is not None


def _content_span(text: str, start: int, end: int) -> Iterator[Span]:
    content = _CONTENT.search(text, start, end)
    if content is not None and not MARK_PATTERN.search(content.group()):
        yield content.start(), content.end(), "private-key"


def _line_ranges(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Offsets of the lines between two places, without their line ends."""
    while start < stop:
        found = text.find("\n", start, stop)
        end = stop if found < 0 else found
        yield start, end
        start = end + 1


_IS_KUBERNETES_SECRET = re.compile(r"^kind:[ ]{0,4}[\"']?(?:Secret|SealedSecret)[\"']?[ ]{0,4}\r?$", re.MULTILINE)
_SECRET_VALUE = re.compile(
    r"^[ ]{1,40}[\w.\-/]{1,253}:[ ]{1,8}[\"']?(?P<s>[^\s\"'#|>][^\s\"']{0,100000})", re.MULTILINE
)
_TOP_LEVEL_KEY = re.compile(r"^(?P<name>[A-Za-z]\w{0,60}):", re.MULTILINE)


def _kubernetes_secrets(text: str) -> Iterator[Span]:
    """Values below `data:` and `stringData:` of a Kubernetes Secret: base64 hides nothing."""
    if _IS_KUBERNETES_SECRET.search(text) is None:
        return
    keys = list(_TOP_LEVEL_KEY.finditer(text))
    ends = [key.start() for key in keys[1:]] + [len(text)]
    for key, end in zip(keys, ends, strict=True):
        if key.group("name") not in {"data", "stringData"}:
            continue
        for match in _SECRET_VALUE.finditer(text, key.end(), end):
            if not MARK_PATTERN.search(match.group("s")):
                yield match.start("s"), match.end("s"), "kubernetes-secret"


def _merged(ranked: list[tuple[int, int, str, int]]) -> list[Span]:
    """Sort spans (start, end, kind, rank) and join those that overlap; the lowest rank names the kind."""
    merged: list[tuple[int, int, str, int]] = []
    for span in sorted(ranked, key=lambda span: (span[0], span[3], -span[1], span[2])):
        if merged and span[0] < merged[-1][1]:
            before = merged[-1]
            best = min(before, span, key=lambda one: one[3])
            merged[-1] = (before[0], max(before[1], span[1]), best[2], best[3])
        else:
            merged.append(span)
    return [(start, end, kind) for start, end, kind, _ in merged]


# Names of files that are a secret as a whole; compared in lower case with the last segment or the whole path.
_WITHHELD: tuple[tuple[str, str], ...] = (
    (".env", "it holds environment secrets"),
    (".env[._-]*", "it holds environment secrets"),
    ("*.env", "it holds environment secrets"),
    (".envrc", "it holds environment secrets"),
    ("*.pem", "it may hold a private key"),
    ("*.key", "it may hold a private key"),
    ("*.pkcs8", "it holds a private key"),
    ("*.p8", "it holds a private key"),
    ("*.ppk", "it holds a private key"),
    ("id_rsa*", "it is an SSH key"),
    ("id_dsa*", "it is an SSH key"),
    ("id_ecdsa*", "it is an SSH key"),
    ("id_ed25519*", "it is an SSH key"),
    ("*_rsa", "it is an SSH key"),
    ("*_ed25519", "it is an SSH key"),
    ("*.p12", "it is a key store"),
    ("*.pfx", "it is a key store"),
    ("*.jks", "it is a key store"),
    ("*.keystore", "it is a key store"),
    ("*.bcfks", "it is a key store"),
    ("*.kdb", "it is a password store"),
    ("*.kdbx", "it is a password store"),
    ("*.agilekeychain", "it is a password store"),
    ("*.psafe3", "it is a password store"),
    (".netrc", "it holds passwords"),
    ("_netrc", "it holds passwords"),
    (".pgpass", "it holds passwords"),
    (".my.cnf", "it holds passwords"),
    (".htpasswd", "it holds passwords"),
    (".git-credentials", "it holds passwords"),
    (".pypirc", "it holds passwords"),
    (".dockercfg", "it holds registry passwords"),
    (".docker/config.json", "it holds registry passwords"),
    (".aws/credentials", "it holds cloud credentials"),
    (".boto", "it holds cloud credentials"),
    ("application_default_credentials.json", "it holds cloud credentials"),
    ("*service-account*.json", "it holds cloud credentials"),
    ("*service_account*.json", "it holds cloud credentials"),
    ("*serviceaccount*.json", "it holds cloud credentials"),
    ("*firebase-adminsdk*.json", "it holds cloud credentials"),
    ("*service[-_]key*.json", "it holds cloud credentials"),
    ("gcp[-_]key*.json", "it holds cloud credentials"),
    ("*[-_.]credentials.json", "its name says that it holds secrets"),
    ("*.ovpn", "it holds a VPN key"),
    (".kube/config", "it holds cluster credentials"),
    ("kubeconfig", "it holds cluster credentials"),
    ("*.kubeconfig", "it holds cluster credentials"),
    ("*.tfvars", "it may hold infrastructure secrets"),
    ("*.tfvars.json", "it may hold infrastructure secrets"),
    ("*.tfstate", "it holds infrastructure secrets"),
    ("*.tfstate.backup", "it holds infrastructure secrets"),
    ("master.key", "it is an encryption key"),
    (".vault_pass*", "it holds a vault password"),
    (".vault-token", "it holds a vault token"),
    ("secrets.json", "its name says that it holds secrets"),
    ("secrets.y*ml", "its name says that it holds secrets"),
    ("secrets.toml", "its name says that it holds secrets"),
    ("credentials", "its name says that it holds secrets"),
    ("credentials.json", "its name says that it holds secrets"),
    ("client_secret*.json", "its name says that it holds secrets"),
    (".bash_history", "it is a shell's history"),
    (".zsh_history", "it is a shell's history"),
)
_TEMPLATE_ENDINGS = (".example", ".sample", ".template", ".dist", ".tmpl", ".defaults", ".pub")
_TEMPLATE_OF_ENVIRONMENT = re.compile(r"\.env[-_](?:example|sample|template|dist|defaults)")
# `.env.example` is the usual exception; `public.pem` and the like hold nothing private.
_PUBLIC_NAMES = re.compile(r"(?:^|[._-])(?:public|pub|cert|certificate|chain|fullchain|ca|cacert)(?:[._-]|$)")


def withheld_reason(path: str) -> str | None:
    """Say why a file is never sent as a whole; None when its text may be redacted and sent."""
    lowered = path.lower()
    name = lowered.rsplit("/", 1)[-1]
    if name.endswith(_TEMPLATE_ENDINGS) or _TEMPLATE_OF_ENVIRONMENT.fullmatch(name):
        return None
    for pattern, reason in _WITHHELD:
        target = lowered if "/" in pattern else name
        hit = fnmatchcase(target, pattern) or ("/" in pattern and fnmatchcase(target, f"*/{pattern}"))
        if hit and not (name.endswith((".pem", ".key")) and _PUBLIC_NAMES.search(name)):
            return reason
    return None
