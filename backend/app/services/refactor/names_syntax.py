"""Which names may be given in languages without a server: their keywords, and names that have a meaning. Pure."""

from collections.abc import Mapping

_C = """
alignas alignof auto bool break case char const constexpr continue default do double else enum extern false float for
goto if inline int long nullptr register restrict return short signed sizeof static static_assert struct switch
thread_local true typedef typeof union unsigned void volatile while
"""
_CPP = """
and asm catch char8_t char16_t char32_t class concept const_cast consteval constinit co_await co_return co_yield
decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not operator or private protected
public reinterpret_cast requires static_cast template this throw try typeid typename using virtual wchar_t xor
"""
_WORDS: Mapping[str, str] = {
    "csharp": """
    abstract as base bool break byte case catch char checked class const continue decimal default delegate do double
    else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is
    lock long namespace new null object operator out override params private protected public readonly ref return sbyte
    sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe
    ushort using virtual void volatile while
    """,
    "cpp": _C + _CPP,
    "go": """
    break case chan const continue default defer else fallthrough for func go goto if import interface map package range
    return select struct switch type var
    """,
    "java": """
    abstract assert boolean break byte case catch char class const continue default do double else enum extends false
    final finally float for goto if implements import instanceof int interface long native new null package private
    protected public return short static strictfp super switch synchronized this throw throws transient true try void
    volatile while
    """,
    "kotlin": """
    as break class continue do else false for fun if in interface is null object package return super this throw true
    try typealias typeof val var when while
    """,
    "lua": """
    and break do else elseif end false for function goto if in local nil not or repeat return then true until while
    """,
    "php": """
    abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty
    enddeclare endfor endforeach endif endswitch endwhile eval exit extends final finally fn for foreach function global
    goto if implements include instanceof insteadof interface isset list match namespace new or print private protected
    public readonly require return static switch this throw trait try unset use var while xor yield
    """,
    "ruby": """
    BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not
    or redo rescue retry return self super then true undef unless until when while yield
    """,
    "rust": """
    Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if
    impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type
    typeof unsafe unsized use virtual where while yield
    """,
    "shell": "case coproc do done elif else esac fi for function if in select then time until while",
    "swift": """
    Any Self as associatedtype break case catch class continue default defer deinit do else enum extension fallthrough
    false fileprivate for func guard if import in init inout internal is let nil operator private protocol public repeat
    rethrows return self static struct subscript super switch throw throws true try typealias var where while
    """,
}
_KEYWORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
# What a language, its library or whoever starts the program calls by this name.
_SPECIAL: Mapping[str, frozenset[str]] = {
    "cpp": frozenset({"main", "begin", "end"}),
    "csharp": frozenset({"Main", "ToString", "Equals", "GetHashCode", "Dispose", "GetEnumerator"}),
    "go": frozenset({"main", "init", "String", "Error", "ServeHTTP", "MarshalJSON", "UnmarshalJSON"}),
    "java": frozenset({"main", "toString", "equals", "hashCode", "compareTo", "iterator"}),
    "kotlin": frozenset({"main", "toString", "equals", "hashCode", "compareTo", "invoke", "iterator", "it"}),
    "lua": frozenset({"self", "_G", "_ENV"}),
    "php": frozenset({"this", "self", "static", "parent"}),
    "ruby": frozenset({"initialize", "to_s", "inspect", "method_missing"}),
    "rust": frozenset({"main", "fmt", "drop", "clone", "default", "from", "into", "next", "eq", "deref"}),
    "shell": frozenset({"main", "PATH", "HOME", "IFS", "PWD", "PS1"}),
    "swift": frozenset({"main", "init", "deinit", "description", "hash"}),
}
_SIGILS = "$@"


def bare(name: str) -> str:
    """Take off what PHP, Ruby and shells write before the name of a variable."""
    return name.lstrip(_SIGILS)


def problem_with_name(language: str, old: str, new: str) -> str | None:
    """Say why `new` is no name in a language, or `old` cannot be called something else; None when all is well."""
    old, new = bare(old), bare(new)
    if not new.isidentifier():
        return "it is not made of letters, digits and underscores, or begins with a digit"
    if new in _KEYWORDS[language]:
        return "it is a keyword of the language"
    if new == old:
        return "the thing is called so already"
    if language == "ruby" and new[:1].isupper() != old[:1].isupper():
        return "in Ruby a capital makes a constant, and only a capital does"
    for name in (old, new):
        if name in _SPECIAL[language]:
            return f"{name} has a meaning to the language itself, or to whoever runs the program"
        if name in _KEYWORDS[language]:
            return f"{name} is a keyword of the language"
    return None
