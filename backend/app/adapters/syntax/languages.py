"""Which language a file is written in: by its name, its ending or its first line. Standard library only, fast."""

import re

_BY_NAME = {
    "bashrc": "shell",
    "brewfile": "ruby",
    "build": "starlark",
    "build.bazel": "starlark",
    "cmakelists.txt": "cmake",
    "containerfile": "dockerfile",
    "dockerfile": "dockerfile",
    "fastfile": "ruby",
    "gemfile": "ruby",
    "gnumakefile": "makefile",
    "go.mod": "go-module",
    "guardfile": "ruby",
    "jakefile": "javascript",
    "jenkinsfile": "groovy",
    "justfile": "just",
    "makefile": "makefile",
    "pipfile": "toml",
    "podfile": "ruby",
    "procfile": "yaml",
    "rakefile": "ruby",
    "sconscript": "python",
    "sconstruct": "python",
    "vagrantfile": "ruby",
    "workspace": "starlark",
    "wscript": "python",
}

_BY_ENDING = {
    "adoc": "asciidoc",
    "astro": "astro",
    "awk": "awk",
    "bash": "shell",
    "bat": "batch",
    "bzl": "starlark",
    "c": "c",
    "c++": "cpp",
    "cc": "cpp",
    "cjs": "javascript",
    "clj": "clojure",
    "cljs": "clojure",
    "cmake": "cmake",
    "cmd": "batch",
    "coffee": "coffeescript",
    "cpp": "cpp",
    "cs": "csharp",
    "css": "css",
    "cts": "typescript",
    "csv": "csv",
    "cu": "cuda",
    "cxx": "cpp",
    "d": "d",
    "dart": "dart",
    "diff": "diff",
    "el": "emacs-lisp",
    "elm": "elm",
    "erl": "erlang",
    "ex": "elixir",
    "exs": "elixir",
    "fish": "fish",
    "f90": "fortran",
    "fs": "fsharp",
    "go": "go",
    "gql": "graphql",
    "gradle": "groovy",
    "graphql": "graphql",
    "groovy": "groovy",
    "h": "c",
    "h++": "cpp",
    "hcl": "hcl",
    "hh": "cpp",
    "hpp": "cpp",
    "hs": "haskell",
    "htm": "html",
    "html": "html",
    "hxx": "cpp",
    "ini": "ini",
    "ipynb": "jupyter",
    "java": "java",
    "jl": "julia",
    "js": "javascript",
    "json": "json",
    "json5": "json",
    "jsonc": "json",
    "jsx": "javascript",
    "kt": "kotlin",
    "kts": "kotlin",
    "less": "less",
    "lua": "lua",
    "m": "objective-c",
    "markdown": "markdown",
    "md": "markdown",
    "mdx": "mdx",
    "mjs": "javascript",
    "mk": "makefile",
    "ml": "ocaml",
    "mli": "ocaml",
    "mm": "objective-c",
    "mts": "typescript",
    "nim": "nim",
    "nix": "nix",
    "php": "php",
    "pl": "perl",
    "plist": "xml",
    "pm": "perl",
    "proto": "protobuf",
    "ps1": "powershell",
    "psm1": "powershell",
    "py": "python",
    "pyi": "python",
    "pyw": "python",
    "pyx": "cython",
    "r": "r",
    "rake": "ruby",
    "rb": "ruby",
    "rs": "rust",
    "rst": "restructuredtext",
    "sass": "sass",
    "scala": "scala",
    "scss": "scss",
    "sh": "shell",
    "sol": "solidity",
    "sql": "sql",
    "svelte": "svelte",
    "svg": "xml",
    "swift": "swift",
    "tcl": "tcl",
    "tex": "latex",
    "tf": "terraform",
    "tfvars": "terraform",
    "toml": "toml",
    "ts": "typescript",
    "tsx": "tsx",
    "txt": "text",
    "v": "verilog",
    "vb": "visual-basic",
    "vim": "vim",
    "vue": "vue",
    "xml": "xml",
    "xsd": "xml",
    "xsl": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "zig": "zig",
    "zsh": "shell",
}

_BY_INTERPRETER = {
    "ash": "shell",
    "awk": "awk",
    "bash": "shell",
    "bun": "typescript",
    "dash": "shell",
    "deno": "typescript",
    "fish": "fish",
    "gawk": "awk",
    "groovy": "groovy",
    "ksh": "shell",
    "lua": "lua",
    "make": "makefile",
    "node": "javascript",
    "nodejs": "javascript",
    "perl": "perl",
    "php": "php",
    "pwsh": "powershell",
    "pypy": "python",
    "python": "python",
    "rscript": "r",
    "ruby": "ruby",
    "sh": "shell",
    "swift": "swift",
    "tclsh": "tcl",
    "ts-node": "typescript",
    "tsx": "typescript",
    "zsh": "shell",
}

_SHEBANG = re.compile(rb"#![ \t]*(\S+)(?:[ \t]+([^\r\n]*))?")
_VERSION = re.compile(r"[\d.]+$")
_CPP_HEADER = re.compile(rb"^\s*(?:class|namespace|template|using)\b", re.MULTILINE)
# A first block larger than this says no more than its beginning, and must not cost more either.
_LOOKED_AT_BYTES = 4096


def language_of(path: str, first_bytes: bytes = b"") -> str | None:
    """Name the language of a file, or None when nothing says it or its beginning is binary."""
    head = first_bytes[:_LOOKED_AT_BYTES]
    if b"\0" in head:
        return None
    name = path.rpartition("/")[2].lower()
    stem, _, ending = name.rpartition(".")
    by_name = _BY_NAME.get(name.removeprefix(".")) or (_BY_NAME.get(stem) if stem == "dockerfile" else None)
    if by_name:
        return by_name
    by_ending = _BY_ENDING.get(ending) if stem or not name.startswith(".") else None
    if by_ending and "." in name:
        return _corrected(by_ending, ending, head)
    return _by_shebang(head)


def _corrected(language: str, ending: str, head: bytes) -> str | None:
    """Endings that mean two things: `.ts` is also Qt's XML and a video, `.h` is also C++."""
    if ending == "ts":
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith((b"<?xml", b"<!DOCTYPE")):
            return "xml"
        # MPEG transport streams repeat their sync byte every 188 bytes.
        return None if head[:1] == b"G" and head[188:189] == b"G" and not head[:64].isascii() else language
    if ending == "h" and _CPP_HEADER.search(head):
        return "cpp"
    return language


def _by_shebang(head: bytes) -> str | None:
    match = _SHEBANG.match(head)
    if not match:
        return None
    words = [match[1], *(match[2] or b"").split()]
    names = [word.decode("ascii", "replace").rpartition("/")[2] for word in words]
    if names[0] == "env":
        names = [word for word in names[1:] if not word.startswith("-") and "=" not in word]
    if not names:
        return None
    return _BY_INTERPRETER.get(names[0]) or _BY_INTERPRETER.get(_VERSION.sub("", names[0]))
