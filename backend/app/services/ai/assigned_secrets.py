"""Secrets recognisable by the name they are assigned to, or by being random in an environment-style line."""

import math
import re
import string
from collections import Counter
from collections.abc import Iterator

_WORD = re.compile(
    r"passw(?:or)?d|passphrase|pass_?wort|\bpwd|_pwd|pwd\b|secret|token|credential|api_?-?key|access_?-?key|private_?-?key"
    r"|encryption_?-?key|signing_?-?key|auth_?-?key|account_?-?key|master_?-?key|app_?-?key|license_?-?key|webhook_?-?key"
    r"|_key_base|\bauth_?pass\b|_pass\b|\bpat\b|cookie_?-?key|fernet_?-?key|session_?-?key|hmac_?-?key",
    re.IGNORECASE,
)
_NAME_CHARS = string.ascii_letters + string.digits + "_.-"
_REST = re.compile(
    r"""(?P<name>[A-Za-z0-9_.\-]{0,80})
    ["'`]?\]?[ \t]{0,20}
    (?:=>|:=|\?=|(?<![=!<>])=(?![=~>])|:(?![:/]))[ \t]{0,20}
    (?:[&*A-Za-z_][\w.&'|<>?, \[\]]{0,60}=(?!=)[ \t]{0,4})?   # a type before the value: `token: str | None = …`
    (?:[bBrRuU]{0,2}(?P<quote>\"{3}|'{3}|["'`])(?P<quoted>[^"'`\r\n]{1,512})|(?P<bare>[^\s"'`,;)\]}]{4,512}))""",
    re.VERBOSE,
)
_CONFIG_ENDINGS = (
    ".yml", ".yaml", ".ini", ".cfg", ".conf", ".config", ".properties", ".toml", ".env", ".sh", ".bash", ".zsh",
    ".example", ".sample", ".template", ".dist", "dockerfile", ".npmrc", ".tf", ".hcl", ".service",
)  # fmt: skip

# A name that ends so speaks about a secret; it does not hold one.
_ABOUT = frozenset(
    re.findall(
        "[a-z]+",
        """
        algorithm algo alias args arn attempts audience available bucket budget bytes callback cache char chars class
        clazz cls column config cost count dialog digest disabled dir docs duration enabled encoding endpoint
        endpoints env error errors event exp expiration expired expires expiry exists factory field fields file
        filename filter fingerprint flow folder form format generator group handler header headers hint icon id
        identifier ids index input interval invalid issuer kind kinds label length lifetime limit link list location
        manager map max message min missing mode model name names namespace option options page param parameter parser
        path pattern placeholder policy position prefix prompt provider reason ref reference regex regexp region
        required reset response rule scheme schema scope scopes seconds section selector service setting settings size
        source spec start status store strategy strength style suffix supplier symbol tag text timeout title tooltip
        ttl type types uri url urls usage used user username validator var variable version view visible screen
        component hash hashes checksum
        """,
    )
)
_PUBLIC = frozenset({"public", "publishable", "pub", "csrf", "xsrf", "syntax", "lexer", "design", "next", "page"})
_PASSWORD_WORDS = ("passw", "passphrase", "pwd", "_pass", "auth_pass", "authpass", "passwort")
_PLACEHOLDER = re.compile(
    r"""\A(?:[*x.:\-_•]{2,}|<.*>?|\{.*|\$[A-Za-z_]\w*|\$[{(].*|%.*|\#\{.*|\[.*|@.*@|!.*|&.*|«.*|.*\$\{.*|.*\{\{.*|.*«redacted:.*|
    (?i:null|none|nil|true|false|undefined|unset|empty|optional|required|string|str|bytes|text|secret|password|passwd|pass|tiger|guest|
    token|key|value|changeme|change[-_]?me|change[-_]?this|replace[-_]?me|your[-_a-z0-9]*|my[-_]?(?:secret|password|token|key)|
    example|sample|placeholder|dummy|redacted|hidden|masked|todo|tbd|fixme|foo|bar|baz|foobar|test|testing|xxx+|abc|default|
    insert[-_].*|enter[-_].*|put[-_].*|some[-_].*|the[-_].*|process\.env.*|os\.environ.*|os\.getenv.*|env[.:(\[].*|
    secrets\..*|vars?\..*|vault:.*|ssm:.*|arn:aws:.*|ref\+.*|op://.*|file:.*|/run/secrets/.*))\Z""",
    re.VERBOSE | re.DOTALL,
)
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TOKEN_SHAPE = re.compile(r"[A-Za-z0-9+/=_.:~!@#$%^&*?|,;<>()\[\]{}-]+\Z")
_PLAIN_WORDS = re.compile(r"[A-Za-z]+(?:[._/:\- ][A-Za-z]+|[._/:\-][0-9]{1,4})*\Z")
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_CODE = re.compile(r"[(\[{]|->|\A[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\Z|\A[A-Za-z_]\w*::")

_ENVIRONMENT_LINE = re.compile(
    r"""^[ \t]{0,20}(?:(?:\#|//|;|\*|-)[ \t]{0,4}){0,3}(?:(?:export|ENV|ARG)[ \t]{1,4})?
    (?P<name>[A-Z][A-Z0-9_]{2,60})=["']?(?P<s>[A-Za-z0-9+/=_\-]{24,512})["']?[ \t]{0,20}\r?$""",
    re.MULTILINE | re.VERBOSE,
)
_HARMLESS_ENVIRONMENT = (
    "HASH",
    "SHA",
    "SHA256",
    "SHA512",
    "CHECKSUM",
    "DIGEST",
    "INTEGRITY",
    "VERSION",
    "PATH",
    "COMMIT",
)

Span = tuple[int, int, str]


def is_placeholder(value: str) -> bool:
    """Say whether a value only stands for one: a variable, an example, asterisks."""
    return _PLACEHOLDER.match(value) is not None


def find_assigned(text: str, *, path: str = "") -> Iterator[Span]:
    """Find values given to names such as `db_password` or `API_TOKEN`, and random values of environment lines."""
    config = path.lower().endswith(_CONFIG_ENDINGS)
    position = 0
    while (word := _WORD.search(text, position)) is not None:
        position = word.end()
        rest = _REST.match(text, word.end())
        if rest is None:
            continue
        before = text[max(0, word.start() - 80) : word.start()]
        name = before[len(before.rstrip(_NAME_CHARS)) :] + word.group() + rest.group("name")
        if not _names_a_secret(name):
            continue
        group = "quoted" if rest.group("quote") else "bare"
        value = rest.group(group)
        if _is_secret(name, value, quoted=group == "quoted", literal=config or _is_upper(name)):
            yield rest.start(group), rest.end(group), "password" if _is_password(name) else "assigned-secret"
            position = rest.end()
    for line in _ENVIRONMENT_LINE.finditer(text):
        value = line.group("s")
        name = line.group("name")
        harmless = name.endswith(_HARMLESS_ENVIRONMENT) or not _PUBLIC.isdisjoint(name.lower().split("_"))
        if not harmless and _is_random(value) and not is_placeholder(value):
            yield line.start("s"), line.end("s"), "environment-secret"


def _names_a_secret(name: str) -> bool:
    words = [word.lower() for word in _CAMEL.findall(name)]
    return bool(words) and words[-1] not in _ABOUT and not _PUBLIC.intersection(words)


def _is_upper(name: str) -> bool:
    return name.upper() == name and any(char.isalpha() for char in name)


def _is_password(name: str) -> bool:
    lowered = name.lower()
    return any(word in lowered for word in _PASSWORD_WORDS)


def _is_secret(name: str, value: str, *, quoted: bool, literal: bool) -> bool:
    """Judge one value. `literal`: a bare word there is a value, because the file or the name says so."""
    if is_placeholder(value) or " " in value or _TOKEN_SHAPE.match(value) is None:
        return False
    if not quoted and (_CODE.search(value) or (not literal and _is_identifier(value))):
        return False
    if _is_password(name):
        if literal and not quoted:
            return len(value) >= 4
        return len(value) >= 4 and (quoted or len(value) >= 8) and _PLAIN_WORDS.match(value) is None and _mixed(value)
    return len(value) >= 12 and _PLAIN_WORDS.match(value) is None and _is_strong(value, quoted=quoted or literal)


def _is_identifier(value: str) -> bool:
    """Say whether a bare value reads like a name in a program, `Ed25519PrivateKey` say: words of some length."""
    return value.isidentifier() and len(value) >= 4 * len(_CAMEL.findall(value))


def _mixed(value: str) -> bool:
    """Say whether a value holds more than one class of characters, as passwords do and words do not."""
    has_digit = any(char.isdigit() for char in value)
    has_symbol = any(not char.isalnum() and char not in "._-/:" for char in value)
    return has_symbol or (has_digit and any(char.isalpha() for char in value)) or (value.isdigit() and len(value) >= 4)


def _is_strong(value: str, *, quoted: bool) -> bool:
    if not any(char.isdigit() for char in value) or not any(char.isalpha() for char in value):
        return len(value) >= 24 and value != value.lower() and _entropy(value) >= 3.8
    if _HEX.match(value):
        return len(value) >= 16 and _entropy(value) >= 2.5
    return _entropy(value) >= (3.0 if quoted else 3.5)


def _is_random(value: str) -> bool:
    """Say whether a value has upper case, lower case and digits in a mixture that words and paths do not have."""
    if _HEX.match(value) or "/" in value[:2] or value.count("/") > 3:
        return False
    classes = (str.isupper, str.islower, str.isdigit)
    return all(any(test(char) for char in value) for test in classes) and _entropy(value) >= 4.0


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    total = len(value)
    return -sum(count / total * math.log2(count / total) for count in Counter(value).values())
