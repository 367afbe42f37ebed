"""The first sentence about a definition, from its name, kind and bases; and the one about a whole file."""

from app.adapters.llm.offline_facts import gives_something
from app.adapters.llm.offline_words import (
    NOUNS,
    OWN,
    PREDICATES,
    VERBS,
    code,
    listed,
    sentence_for_verb,
    split_name,
    spoken,
    with_article,
)
from app.adapters.syntax.structure import FileStructure, Parameter, Symbol

_SPECIAL = {
    "__call__": "Make the instance callable.",
    "__enter__": "Enter the context.",
    "__exit__": "Leave the context.",
    "main": "Run the program.",
    "setup": "Set things up.",
    "teardown": "Take things down.",
}
_ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"}
_INTERFACES = {"Protocol", "ABC", "Interface"}
_LONGEST_TYPE = 100
_NUMBERS = {"amount", "count", "k", "limit", "n", "seconds", "size", "timeout"}
_RECORDS = {"NamedTuple", "TypedDict", "BaseModel"}


def sentence_about(symbol: Symbol) -> str:
    """One sentence that says no more than the definition itself."""
    if symbol.kind in ("function", "method"):
        return _about_function(symbol)
    words = spoken(symbol.name)
    if symbol.kind == "class":
        return _about_class(symbol, words)
    if symbol.kind == "enum":
        return f"Choices for {words}: {_members(symbol)}." if symbol.fields else f"Choices for {words}."
    if symbol.kind == "interface":
        fields = f" with {_members(symbol)}" if symbol.fields else ""
        return f"Shape of {with_article(words)}{fields}."
    if symbol.kind == "namespace":
        return f"Names that belong to {words}."
    if symbol.kind == "type":
        written = _written_type(symbol.signature)
        return f"Type of {with_article(words)}{f': {code(written)}' if 0 < len(written) <= _LONGEST_TYPE else ''}."
    return f"The {words}."


def _written_type(signature: str) -> str:
    """Give what follows the `=` of a type; those in its parameters and arrows are others."""
    depth = 0
    for at, char in enumerate(signature):
        if char == "=" and signature[at + 1 : at + 2] != ">" and depth == 0:
            return signature[at + 1 :].strip(" ;")
        depth += (char in "<([{") - (char in ")]}" or (char == ">" and signature[at - 1 : at] != "="))
    return ""


def _about_function(symbol: Symbol) -> str:
    words = split_name(symbol.name)
    if symbol.name in ("__init__", "constructor"):
        return f"Set up the {_owner(symbol) or 'instance'}."
    if symbol.name in _SPECIAL:
        return _SPECIAL[symbol.name]
    question = _question(symbol, words)
    if question:
        return _about_predicate(symbol, question)
    if symbol.name[:1].isupper() and any(given.expression.startswith("<") for given in symbol.body.returned):
        return f"Component that shows the {' '.join(words)}."
    if _is_property(symbol):
        return f"The {' '.join(words)}."
    said = sentence_for_verb(words)
    if said:
        return said
    answers = gives_something(symbol.body) or symbol.returns not in (None, "None", "void", "Promise<void>")
    if len(words) == 1 and words[0] in VERBS and not (words[0] in NOUNS and answers):
        return _about_lone_verb(symbol, words[0].capitalize())
    phrase = " ".join(words) or symbol.name
    verb = "Yield" if symbol.body.yielded else "Return" if answers else "Carry out"
    return f"{verb} the {phrase}."


def _about_lone_verb(symbol: Symbol, verb: str) -> str:
    """Name what must be passed as the object; of several, which one it is cannot be known."""
    needed = [code(it.name) for it in symbol.parameters if _is_needed(it)]
    owner = _owner(symbol)
    if needed and not (verb.lower() in OWN and owner):
        return f"{verb} {needed[0]}." if len(needed) == 1 else f"{verb}, given {listed(needed, 4)}."
    return f"{verb} the {owner}." if owner else f"{verb}."


def _is_needed(parameter: Parameter) -> bool:
    """Say whether a parameter may be what a verb is about: it has to be passed, and is no mere number."""
    optional = parameter.default is not None or (parameter.annotation or "").endswith("| undefined")
    plain = parameter.kind in ("plain", "positional-only") and parameter.name.isidentifier()
    return plain and not optional and parameter.name not in _NUMBERS


def _owner(symbol: Symbol) -> str:
    return spoken(symbol.parent.rpartition(".")[2]) if symbol.kind == "method" else ""


def _question(symbol: Symbol, words: list[str]) -> list[str]:
    """Words that ask for yes or no: as they are, or `is` before a lone adjective that answers a truth value."""
    if words and words[0] in PREDICATES:
        return words
    lone = len(words) == 1 and symbol.returns in ("bool", "boolean") and words[0].endswith(("able", "ible", "ed"))
    return ["is", *words] if lone else []


def _about_predicate(symbol: Symbol, words: list[str]) -> str:
    rest = " ".join(words[1:])
    owner = _owner(symbol)
    plain = [parameter for parameter in symbol.parameters if parameter.kind == "plain"]
    subject = f"the {owner}" if owner else code(plain[0].name) if plain and plain[0].name.isidentifier() else "it"
    return f"Say whether {subject} {' '.join(filter(None, [PREDICATES[words[0]], rest]))}."


def _about_class(symbol: Symbol, words: str) -> str:
    bases = {base.partition("[")[0].partition("(")[0].rpartition(".")[2] for base in symbol.bases}
    named = [base for base in symbol.bases if base != "object"]
    if symbol.name.endswith(("Error", "Exception", "Warning")) or any(
        it.endswith(("Error", "Exception")) for it in bases
    ):
        return f"Error: {words.removesuffix(' error').removesuffix(' exception')}."
    if bases & _ENUMS:
        return f"Choices for {words}: {_members(symbol)}." if symbol.fields else f"Choices for {words}."
    if bases & _INTERFACES:
        return f"What {with_article(words)} has to offer."
    if any(text.partition("(")[0].rpartition(".")[2] == "dataclass" for text in symbol.decorators) or bases & _RECORDS:
        return (
            f"{with_article(words).capitalize()} with {_members(symbol)}."
            if symbol.fields
            else f"{words.capitalize()}."
        )
    based = f", based on {listed([code(base) for base in named], 3)}" if named else ""
    return f"{_capitalised(with_article(words))}{based}."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _members(symbol: Symbol) -> str:
    public = [code(field.name) for field in symbol.fields if not field.name.startswith("_")]
    return listed(public or [code(field.name) for field in symbol.fields], 6)


def _is_property(symbol: Symbol) -> bool:
    names = {text.partition("(")[0].rpartition(".")[2] for text in symbol.decorators}
    return bool(names & {"property", "cached_property"}) or symbol.signature.startswith(("get ", "static get "))


def sentence_about_file(structure: FileStructure) -> str | None:
    """What a file defines, by name; None when it defines nothing for others."""
    public = [it for it in structure.symbols if it.is_public and not it.parent]
    groups = {
        "classes": [it for it in public if it.kind == "class"],
        "types": [it for it in public if it.kind in ("interface", "type", "enum", "namespace")],
        "functions": [it for it in public if it.kind == "function"],
        "constants": [it for it in public if it.kind == "constant"],
    }
    parts = [_group(word, list(dict.fromkeys(it.name for it in found))) for word, found in groups.items() if found]
    if not parts:
        return None
    stem = structure.path.rpartition("/")[2].partition(".")[0]
    folder = structure.path.rpartition("/")[0].rpartition("/")[2]
    title = spoken(folder if stem in ("__init__", "index") and folder else stem)
    return f"{_capitalised(title)}: defines {listed(parts, 4)}."


def _group(word: str, names: list[str]) -> str:
    one = {"classes": "class"}.get(word, word.removesuffix("s"))
    return f"the {one if len(names) == 1 else word} {listed([code(name) for name in names], 5)}"
