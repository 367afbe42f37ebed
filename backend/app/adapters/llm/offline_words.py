"""Names read as words: what an identifier says, and the sentence that can be made of it without inventing anything."""

import re

# Digits belong to what they follow: `utf8`, `S3`. One name has its capitals elsewhere.
_PARTS = re.compile(r"IPv[46]|[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|[A-Z]\d*|\d+|[^\W\d_A-Za-z]+")

# First words that make a name an instruction.
_VERBS_TEXT = """
    abort accept acquire activate adapt add adjust advance align allocate allow analyse analyze animate annotate
    announce append apply approve archive arrange ask assemble assert assign attach authenticate authorize await
    begin bind block boot broadcast browse build bump cache calculate call cancel capture cast catch change
    charge check choose claim classify clean clear click clip clone close collapse collect combine commit
    compare compile complete compose compress compute concat configure confirm connect constrain construct
    consume convert copy count crawl create cut deactivate debug decide declare decode decompress decorate
    decrypt deduplicate define delay delete deliver deny deploy derive describe deserialize destroy detach
    detect determine diff disable discard disconnect discover dismiss dispatch display divide download draw drop
    dump duplicate edit eject emit enable encode encrypt end enqueue ensure enter enumerate erase escape
    estimate evaluate execute exit expand expect expire explain explore export expose extend extract fail fake
    fetch fill filter find finish fire fit fix flatten flip flush focus fold follow forbid force forget fork
    format forward freeze gather generate get give go grant group guard guess handle hash hide highlight hold
    identify ignore import include increase increment index infer inform init initialise initialize inject
    insert inspect install intercept intersect invalidate invert invite invoke issue iterate join jump keep kill
    label launch leave lend lift limit link list listen load locate lock log login logout look loop lower make map
    mark match measure merge migrate mock modify monitor mount move multiply mutate name narrow navigate
    normalise normalize note notify observe obtain offer omit open order pack pad paint parse pass patch pause
    peek perform permit persist pick ping place play poll pop populate post prepare prepend preserve press
    prevent print process produce propose protect prove provide prune publish pull purge push put query queue
    quit quote raise rank read rebuild receive recheck recommend reconcile reconnect record recover redirect
    redo reduce refresh refuse register reject release reload remember remove rename render reopen reorder
    repair repeat replace replay reply report request require reset reshape resize resolve respond rest restart
    restore resume retrieve retry return reveal reverse revert review revoke rewrite roll rotate round route run
    sample sanitise sanitize save scale scan schedule scroll search seed seek select send separate serialise
    serialize serve set settle shift show shuffle shut shutdown sign simplify sink skip sleep slice snap solve
    sort spawn split squash stage start stash stop store stream strip subscribe substitute subtract suggest sum
    supply suspend swap switch sync synchronize tag take tell terminate throw tidy toggle tokenize touch trace
    track train transfer transform translate traverse trigger trim truncate try turn unbind undo unescape
    uninstall unlink unload unlock unmount unpack unquote unregister unset unsubscribe unwrap unzip update
    upgrade upload upsert use validate verify view visit wait wake walk warm warn watch widen withdraw work wrap
    write yield zip
"""
VERBS = frozenset(_VERBS_TEXT.split())
# Verbs that, alone and with an answer, are rather the name of that answer.
NOUNS = frozenset(
    {"count", "group", "hash", "index", "label", "list", "name", "note", "order", "rank", "record", "sum", "view"}
)
PREDICATES = {
    "is": "is",
    "are": "are",
    "was": "was",
    "has": "has",
    "have": "have",
    "can": "can",
    "could": "could",
    "should": "should",
    "must": "must",
    "may": "may",
    "will": "will",
    "needs": "needs",
    "supports": "supports",
    "contains": "contains",
    "exists": "exists",
    "allows": "allows",
    "wants": "wants",
}
# Verbs that, alone, speak of the thing itself rather than of what it is given.
OWN = frozenset(
    {"begin", "close", "connect", "exit", "finish", "launch", "listen", "open", "run", "serve", "start", "stop", "wait"}
)
# Words that do not take an article behind a verb.
_NO_ARTICLE_TEXT = """
    a all an and another any as at away both by down each either every everything for forever from here if in
    into it itself just many more most next no none not nothing of off on once one only onto or other out over
    same several some something that the them then these this those to two until up upon when while with within
    without
"""
_NO_ARTICLE = frozenset(_NO_ARTICLE_TEXT.split())


def split_name(name: str) -> list[str]:
    """Split an identifier at underscores and changes of case; words of capitals stay capitals (`HTTP`)."""
    shape = "".join(_shape(char) for char in name)
    parts = [name[part.start() : part.end()] for part in _PARTS.finditer(shape)]
    shouted = name.upper() == name
    return [part.lower() if shouted or not (part.isupper() and len(part) > 1) else part for part in parts]


def _shape(char: str) -> str:
    """Stand in for letters of every alphabet: a capital, a small letter, or one that is neither."""
    if char.isascii():
        return char
    return "A" if char.isupper() else "a" if char.islower() else "文" if f"a{char}".isidentifier() else char


def spoken(name: str) -> str:
    """An identifier as words: `max_open_files` → `max open files`."""
    return " ".join(split_name(name)) or name


def with_article(words: str) -> str:
    """Put `a` or `an` before words, nothing before a plural."""
    if words.endswith("s") and not words.endswith(("ss", "us", "is")):
        return words
    first = words.partition(" ")[0]
    # Words of capitals are read letter by letter: an HTTP server, a URL.
    spelled = len(first) > 1 and first.isupper()
    vowel = first[:1] in "AEFHILMNORSX" if spelled else first[:1].lower() in "aeio"
    return f"{'an' if vowel else 'a'} {words}"


def sentence_for_verb(words: list[str]) -> str | None:
    """Make an instruction of words that begin with a verb; None when they do not."""
    if not words or words[0] not in VERBS:
        return _sentence_for_preposition(words)
    verb, rest = words[0].capitalize(), words[1:]
    if not rest:
        return None
    article = "" if rest[0] in _NO_ARTICLE or words[0] == "try" else "the "
    return f"{verb} {article}{' '.join(rest)}."


def _sentence_for_preposition(words: list[str]) -> str | None:
    if len(words) < 2:
        return None
    rest = " ".join(words[1:])
    begins = {"to": "Convert to", "from": "Build from", "on": "Respond to", "as": "Give as", "with": "Use"}
    return f"{begins[words[0]]} {rest}." if words[0] in begins else None


def first_sentence(text: str, longest: int = 300) -> str:
    """The first sentence of existing documentation, on one line."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    end = re.search(r"[.!?](?=\s|$)", paragraph)
    sentence = paragraph[: end.end()] if end else paragraph
    return sentence if len(sentence) <= longest else f"{sentence[: longest - 1]}…"


def listed(items: list[str], most: int = 6, *, more: str = "more") -> str:
    """Join items with commas and `and`; those beyond `most` are counted."""
    shown = items[:most]
    if len(items) > most:
        return f"{', '.join(shown)} and {len(items) - most} {more}"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


def code(text: str) -> str:
    """Set text as code, with double marks where it holds the mark itself."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"
