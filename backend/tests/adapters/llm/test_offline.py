"""The answers that need no model: true to the file, the same every time, and labelled for what they are."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.llm.offline import OfflineModel
from app.adapters.llm.offline_quotes import Quoter
from app.adapters.llm.port import Focus, ModelRequest, SourceFile
from app.adapters.syntax.languages import language_of
from app.adapters.syntax.structure import Excerpt
from app.schemas.replies import (
    REPLY_TYPES,
    Claim,
    DocumentationReply,
    FileSummaryReply,
    InlineCommentReply,
    RenameSuggestionsReply,
    Reply,
)
from app.services.ai.docstrings.document import document_file
from app.services.anchors.quote import Placement, place_quote

APP = Path(__file__).parents[3] / "app"
PYTHON = '''\
import json
import requests


class UserStore(dict):
    limit: int = 3

    def fetch(self, user_id, retry=False):
        if not user_id:
            raise ValueError("empty")
        answer = requests.get(user_id, timeout=self.limit)
        if retry:
            print(answer)
        return json.loads(answer.text)

    def is_empty(self) -> bool:
        """Say whether nothing is kept."""
        return not self

    def _hidden(self, a): return a


def each(store):
    for user in store:
        yield user


def close(): pass
'''
TYPESCRIPT = """\
import { readFile } from 'fs/promises';

export class Files {
  constructor(private readonly root: string) {}

  /** Reads one. */
  async read(name: string): Promise<string> {
    if (name === '') throw new RangeError('name');
    return await readFile(name, 'utf8');
  }

  list({ all, deep }: Options = {}) { return all ? [deep] : [] }
}
"""


def shown(path: str, text: str) -> SourceFile:
    return SourceFile(path, "0" * 40, language_of(path) or "", text)


async def ask(kind: str, *files: SourceFile, focus: Focus | None = None, question: str | None = None) -> Reply:
    request = ModelRequest(
        kind, "", "", files, REPLY_TYPES[kind], focus=focus, question=question, asked=(files[0].path,) if files else ()
    )
    model = OfflineModel()
    assert model.supports(kind)
    reply = await model.ask(request)
    assert reply == await model.ask(request)
    assert (reply.provider, reply.model, reply.cost_usd) == ("offline", "syntax-trees", None)
    return REPLY_TYPES[kind].model_validate_json(reply.text)


async def summary_of(*files: SourceFile) -> FileSummaryReply:
    reply = await ask("file-summary", *files)
    assert isinstance(reply, FileSummaryReply)
    return reply


async def documentation_of(*files: SourceFile) -> DocumentationReply:
    reply = await ask("documentation", *files)
    assert isinstance(reply, DocumentationReply)
    return reply


async def comment_on(file: SourceFile, start: int, end: int, question: str | None = None) -> InlineCommentReply:
    reply = await ask("inline-comment", file, focus=Focus(file.path, start, end), question=question)
    assert isinstance(reply, InlineCommentReply)
    return reply


def text_about(reply: DocumentationReply, symbol: str) -> str:
    return next(one.documentation for one in reply.documents if one.symbol == symbol)


def claims_in(reply: Reply) -> list[Claim]:
    if isinstance(reply, DocumentationReply):
        return [claim for one in reply.documents for claim in one.claims]
    assert isinstance(reply, FileSummaryReply | InlineCommentReply)
    return list(reply.claims)


def test_the_card_promises_that_nothing_leaves() -> None:
    card = OfflineModel().card
    assert (card.provider, card.host, card.leaves_machine) == ("offline", None, False)
    assert not OfflineModel().supports("poem")


async def test_a_summary_tells_what_the_file_defines_needs_and_does() -> None:
    reply = await summary_of(shown("store.py", PYTHON), shown("b.py", "from store import each\neach(1)\n"))
    for said in (
        "no language model was used",
        "Store: defines the class `UserStore` and the functions `each` and `close`.",
        "`def fetch(user_id, retry=False)` - not documented",
        "Depends on: `json` and `requests`.",
        "uses the network (`requests.get`)",
        "`ValueError` in `UserStore.fetch` if `not user_id`",
        "`each`: `b.py`",
    ):
        assert said in reply.summary
    assert {claim.path for claim in reply.claims} == {"store.py", "b.py"}


async def test_a_summary_repeats_what_the_file_says_of_itself() -> None:
    reply = await summary_of(shown("a.ts", "/** @file Keeps files. And more. */\nimport 'x'\n"))
    assert "Purpose, in its own words: @file Keeps files." in reply.summary


async def test_a_file_without_a_syntax_tree_is_summarised_by_its_headings() -> None:
    reply = await summary_of(shown("README.md", "# One\ntext\n## Two\n"))
    assert "no grammar for markdown" in reply.summary
    assert [claim.quote for claim in reply.claims] == ["# One", "## Two"]


async def test_a_comment_explains_the_focused_lines_only() -> None:
    reply = await comment_on(shown("store.py", PYTHON), 9, 11)
    for said in (
        "belong to the method `UserStore.fetch`, cyclomatic complexity 3",
        "Assigned: `answer` = `requests.get(user_id, timeout=self.limit)`.",
        "Called: `ValueError` and `requests.get`.",
        "Raises `ValueError` if `not user_id`.",
    ):
        assert said in reply.comment
    assert "print" not in reply.comment


async def test_a_question_is_not_answered_by_pretending() -> None:
    reply = await comment_on(shown("store.py", PYTHON), 9, 9, question="Why?")
    assert "cannot be answered without a language model" in reply.comment


async def test_python_documentation_follows_the_google_style() -> None:
    reply = await documentation_of(shown("store.py", PYTHON))
    assert text_about(reply, "UserStore.fetch") == (
        "Fetch `user_id`.\n\nArgs:\n    user_id: Tested, passed to `requests.get`.\n".replace(
            "Tested", "Decides a branch"
        )
        + "    retry: Decides a branch, `False` by default.\n"
        "\n"
        "Returns:\n"
        "    `json.loads(answer.text)`.\n"
        "\n"
        "Raises:\n"
        "    ValueError: If `not user_id`.\n"
        "\n"
        "Side effects:\n"
        "    Uses the network (`requests.get`).\n"
        "    Uses the terminal (`print`)."
    )
    assert text_about(reply, "each").endswith("Yields:\n    `user`.")


async def test_script_documentation_uses_tags_without_types() -> None:
    reply = await documentation_of(shown("files.ts", TYPESCRIPT))
    assert text_about(reply, "Files.list") == (
        "Return the list.\n\n@param options - `Options`, `{}` by default.\n@returns `all ? [deep] : []`."
    )
    assert text_about(reply, "Files.constructor") == (
        "Set up the files.\n\n@param root - `string`, stored as `this.root`."
    )
    assert [one.symbol for one in reply.skipped] == ["Files.read"]


CAUGHT = {
    "a.py": "def f(a):\n    try:\n        raise KeyError(a)\n    except KeyError:\n        return 1\n",
    "b.py": "def f(a):\n    raise a\n",
    "a.js": "export function f(a) { try { throw new TypeError(a); } catch { return 1; } }\n",
    "b.js": "export function f(a) { throw a; }\n",
}


@pytest.mark.parametrize("path", CAUGHT)
async def test_only_errors_that_reach_callers_and_have_a_type_are_documented(path: str) -> None:
    said = text_about(await documentation_of(shown(path, CAUGHT[path])), "f").lower()
    assert "raises" not in said
    assert "throws" not in said


async def test_a_comment_says_that_an_error_is_caught_again() -> None:
    reply = await comment_on(shown("a.py", CAUGHT["a.py"]), 3, 3)
    assert "Raises `KeyError` and catches it again." in reply.comment


async def test_what_is_left_alone_is_listed_with_the_reason() -> None:
    reply = await documentation_of(shown("store.py", PYTHON))
    assert {one.symbol: one.reason for one in reply.skipped} == {
        "UserStore.is_empty": "it has documentation already",
        "close": "its name says all that the syntax tree shows",
    }
    computed = await documentation_of(shown("a.ts", "export class A {\n  *[Symbol.iterator]() { yield 1; }\n}\n"))
    assert "its name is computed, so that nothing can be read from it" in {one.reason for one in computed.skipped}
    other = await documentation_of(shown("a.go", "package a\n"))
    assert [one.reason for one in other.skipped] == ["documentation in go files is not edited"]


async def test_a_line_that_was_redacted_is_never_quoted() -> None:
    reply = await summary_of(shown("a.py", "KEY = '«redacted:token»'\ndef run(a): return a\n"))
    assert all("redacted" not in claim.quote for claim in reply.claims)


def own_files() -> list[SourceFile]:
    paths = sorted([*APP.glob("core/*.py"), *APP.glob("adapters/syntax/*.py"), *APP.glob("schemas/*.py")])
    return [shown(path.name, path.read_text()) for path in paths] + [
        shown("store.py", PYTHON),
        shown("files.ts", TYPESCRIPT),
        shown("crlf.py", PYTHON.replace("\n", "\r\n")),
    ]


async def test_every_claim_quotes_text_that_stands_exactly_once() -> None:
    for file in own_files():
        replies = [await ask("file-summary", file), await ask("documentation", file)]
        replies += [await comment_on(file, 1, 30), await comment_on(file, 40, 44)]
        for claim in [claim for reply in replies for claim in claims_in(reply)]:
            placed = place_quote(file.text, claim.quote)
            assert isinstance(placed, Placement), (file.path, claim)
            assert placed.exact, (file.path, claim)


async def test_documentation_fits_the_files_and_leaves_nothing_for_a_second_time() -> None:
    documented = 0
    for file in own_files():
        reply = await documentation_of(file)
        done = document_file(file.path, file.language, file.text.encode(), reply.documents)
        assert not done.skipped, (file.path, done.skipped)
        documented += len(done.edits)
        again = await documentation_of(shown(file.path, done.new_data.decode()))
        assert not again.documents, (file.path, again.documents)
    assert documented > 10


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffdef f(a):\n    return a\n",
        "def f(a):\r    return a\r\rdef g(a):\r    return a\r",
        "\x0cdef f(a):\n    return a",
    ],
    ids=["byte order mark", "lone carriage returns", "form feed"],
)
async def test_definitions_are_found_again_in_files_of_an_unusual_form(text: str) -> None:
    reply = await documentation_of(shown("a.py", text))
    done = document_file("a.py", "python", text.encode(), reply.documents)
    assert not done.skipped
    assert len(done.edits) == 1 + text.count("def ")


@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.go", "a.md"])
async def test_hostile_files_get_an_answer_of_the_right_form(path: str) -> None:
    for text in (
        "(" * 9_000,
        "x" + ".a" * 9_000,
        "def f(:\0\n",
        "def f(a): return '\ud800'\n",
        "",
        "\r\r\n\r",
        "class A {" * 500,
        "a" * 60_000,
    ):
        for kind in REPLY_TYPES:
            file = shown(path, text)
            request = ModelRequest(kind, "", "", (file,), REPLY_TYPES[kind], focus=Focus(path, 1, 999_999))
            REPLY_TYPES[kind].model_validate_json((await OfflineModel().ask(request)).text)


async def test_no_file_at_all_is_said_so() -> None:
    assert "No file was shown" in (await summary_of()).summary
    assert (await documentation_of()).documents == []


async def test_a_huge_file_gives_an_answer_that_can_still_be_read() -> None:
    text = "".join(f"def run_number_{number}(value_{number}): return value_{number}\n" for number in range(2_100))
    reply = await documentation_of(shown("a.py", text))
    assert len(reply.documents) == 2_000
    assert "ask again for the rest" in reply.skipped[0].reason
    assert len(json.dumps(reply.model_dump())) < 4 * 1024 * 1024


async def test_only_the_files_asked_about_are_documented() -> None:
    reply = await documentation_of(shown("store.py", PYTHON), shown("other.py", "def go_on(a): return a\n"))
    assert {one.path for one in reply.documents} == {"store.py"}


@given(st.lists(st.sampled_from(["a", "  b", "", "c", "  "]), max_size=12), st.integers(1, 12), st.integers(0, 3))
def test_a_quote_is_found_again_where_it_was_taken(lines: list[str], start: int, size: int) -> None:
    text = "\n".join(lines)
    quote = Quoter("a", text).quote(Excerpt(start, start + size, ""))
    if quote is not None:
        placed = place_quote(text, quote)
        assert isinstance(placed, Placement)
        assert placed.start_line <= min(start + size, len(lines))


async def names_in(path: str, text: str) -> dict[str, str]:
    reply = await ask("rename-suggestions", shown(path, text))
    assert isinstance(reply, RenameSuggestionsReply)
    return {idea.symbol: idea.suggestion for idea in reply.ideas}


@pytest.mark.parametrize(
    ("path", "text", "ideas"),
    [
        ("a.py", "def is_ready(a) -> str: return a\n", {"is_ready": "get_ready"}),
        ("a.py", "def is_ready(a) -> bool: return a\n", {}),
        ("a.py", "def has_x(a): return 'x'\n", {"has_x": "get_x"}),
        ("a.py", "class A:\n    def get_size(self): self.size = 1\n", {"A.get_size": "update_size"}),
        ("a.py", "def get_size(a): return a\n", {}),
        ("a.py", "def valid(a) -> bool: return a\n", {"valid": "is_valid"}),
        ("a.py", "def load(user: list[User]): pass\n", {"load.user": "users"}),
        ("a.py", "def find_users() -> User: pass\n", {"find_users": "find_user"}),
        ("a.py", "def run(s: Session): pass\n", {"run.s": "session"}),
        ("a.py", "def run(s: Session):\n    session = 1\n", {}),
        ("a.py", "class UserMgr: pass\n", {"UserMgr": "UserManager"}),
        ("a.py", "def load_all(): pass\ndef loadOne(): pass\n", {"loadOne": "load_one"}),
        ("a.py", "def loadAll(): pass\ndef loadOne(): pass\n", {}),
        ("a.ts", "export function loadAll() {}\nexport function load_one() {}\n", {"load_one": "loadOne"}),
        ("a.ts", "export function isReady(): string { return '' }\n", {"isReady": "getReady"}),
        ("a.ts", "export class store {}\n", {"store": "Store"}),
        ("a.ts", "export function f(btn: X) {}\n", {"f.btn": "button"}),
        ("a.py", "def f(:\n", {}),
        ("a.go", "package a\n", {}),
    ],
)
async def test_names_are_suggested_only_on_evidence(path: str, text: str, ideas: dict[str, str]) -> None:
    assert await names_in(path, text) == ideas


async def test_the_reason_for_a_name_cites_what_shows_it() -> None:
    text = "def get_total(it):\n    print(it)\n\n\ndef read_all():\n    return 1\n\n\ndef readOne():\n    return 2\n"
    reply = await ask("rename-suggestions", shown("a.py", text))
    assert isinstance(reply, RenameSuggestionsReply)
    assert [(idea.symbol, [claim.quote for claim in idea.claims]) for idea in reply.ideas] == [
        ("get_total", ["    print(it)"]),
        ("readOne", ["def get_total(it):"]),
    ]
    assert [idea.reason.startswith(idea.claims[0].text) for idea in reply.ideas] == [True, True]
