"""Comments put into JavaScript and TypeScript files leave everything else as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.syntax.javascript_tree import definitions
from app.adapters.syntax.trees import parse_tree
from app.schemas.replies import SymbolDocumentation
from app.services.ai.docstrings.document import document_file
from app.services.ai.docstrings.edits import DocumentedFile


def document(
    data: bytes | str, *symbols: str, language: str = "typescript", text: str = "It.", quote: str = ""
) -> DocumentedFile:
    raw = data.encode() if isinstance(data, str) else data
    wanted = [SymbolDocumentation(path="a.ts", symbol=it, quote=quote, documentation=text) for it in symbols]
    done = document_file("a.ts", language, raw, wanted)
    assert {edit.symbol for edit in done.edits} | {skip.symbol for skip in done.skipped} == set(symbols)
    return done


CASES = {
    "function": ("function f() {}\n", "f", "/** It. */\nfunction f() {}\n"),
    "exported": ("export default async function f() {}", "f", "/** It. */\nexport default async function f() {}"),
    "arrow": ("export const f = async (a) => a;\n", "f", "/** It. */\nexport const f = async (a) => a;\n"),
    "anonymous": ("export default () => 1\n", "default", "/** It. */\nexport default () => 1\n"),
    "method with tabs": ("class A {\n\tm() {}\n}\n", "A.m", "class A {\n\t/** It. */\n\tm() {}\n}\n"),
    "decorated class": ("@a()\n@b\nexport class A {}\n", "A", "/** It. */\n@a()\n@b\nexport class A {}\n"),
    "decorated method": ("class A {\n  @a()\n  m() {}\n}\n", "A.m", "class A {\n  /** It. */\n  @a()\n  m() {}\n}\n"),
    "field": ("class A {\n  f = () => 1\n}\n", "A.f", "class A {\n  /** It. */\n  f = () => 1\n}\n"),
    "windows lines": ("a;\r\nfunction f() {}\r\n", "f", "a;\r\n/** It. */\r\nfunction f() {}\r\n"),
    "last line of a windows file": ("a;\r\nfunction f() {}", "f", "a;\r\n/** It. */\r\nfunction f() {}"),
    "order for the next line": (
        "// @ts-ignore\nfunction f() {}\n",
        "f",
        "/** It. */\n// @ts-ignore\nfunction f() {}\n",
    ),
    "plain comment": ("// why\nfunction f() {}\n", "f", "// why\n/** It. */\nfunction f() {}\n"),
    "placeholder": ("/** TODO */\nfunction f() {}\n", "f", "/** It. */\nfunction f() {}\n"),
    "interface": ("export interface I { a: string }\n", "I", "/** It. */\nexport interface I { a: string }\n"),
    "type": ("type T = 1\n", "T", "/** It. */\ntype T = 1\n"),
    "enumeration": ("export enum E { A }\n", "E", "/** It. */\nexport enum E { A }\n"),
    "namespace member": (
        "namespace N {\n  export function f() {}\n}\n",
        "N.f",
        "namespace N {\n  /** It. */\n  export function f() {}\n}\n",
    ),
    "common js": ("exports.f = function () {}\n", "f", "/** It. */\nexports.f = function () {}\n"),
    "declared": ("declare function f(): void;\n", "f", "/** It. */\ndeclare function f(): void;\n"),
    "far from what is not understood": (
        "interface A<in T> { a: T }\n\nfunction f() {}\n",
        "f",
        "interface A<in T> { a: T }\n\n/** It. */\nfunction f() {}\n",
    ),
    "empty file": ("", "", "/** @file It. */\n"),
    "file": ("import a from 'a'\n", "", "/** @file It. */\n\nimport a from 'a'\n"),
    "file with directive": (
        "'use client'\nimport a from 'a'\n",
        "",
        "/** @file It. */\n\n'use client'\nimport a from 'a'\n",
    ),
    "file with an order for its first line": (
        "// @ts-ignore TS6133\nimport a from 'a'\n",
        "",
        "/** @file It. */\n\n// @ts-ignore TS6133\nimport a from 'a'\n",
    ),
    "file with a header and an order for its first line": (
        "// Copyright A\n// eslint-disable-next-line\nimport a from 'a'\n",
        "",
        "// Copyright A\n\n/** @file It. */\n\n// eslint-disable-next-line\nimport a from 'a'\n",
    ),
    "file with header": (
        "#!/usr/bin/env node\n// Copyright A\n// and B\n\nimport a from 'a'\n",
        "",
        "#!/usr/bin/env node\n// Copyright A\n// and B\n\n/** @file It. */\n\nimport a from 'a'\n",
    ),
}


@pytest.mark.parametrize(("before", "symbol", "after"), CASES.values(), ids=CASES.keys())
def test_a_definition_gets_its_comment_and_nothing_else_moves(before: str, symbol: str, after: str) -> None:
    done = document(before, symbol)
    assert not done.skipped
    assert done.new_data.decode() == after


@pytest.mark.parametrize(
    ("source", "symbol", "reason"),
    [
        ("/** It. */\nfunction f() {}\n", "f", "documentation already"),
        ("/** Складывает числа. */\nfunction f() {}\n", "f", "documentation already"),
        ("/** @file x */\nimport a from 'a'\n", "", "documentation already"),
        ("function f() {}\n", "", "first definition"),
        ("function f(a: string): void;\nfunction f(a: any) {}\n", "f", "overloaded"),
        ("const f = () => 1, g = 2\n", "f", "shares its statement"),
        ("a(); function f() {}\n", "f", "line of its own"),
        ("class A { m() {} }\n", "A.m", "line of its own"),
        ("function g() {}\n", "f", "no definition"),
        ("function f() {}\nlet a = 'x\n", "f", "does not parse"),
        ("export interface f<in T = never> {}\n", "f", "not understood"),
    ],
)
def test_what_cannot_be_documented_is_left_alone_with_the_reason(source: str, symbol: str, reason: str) -> None:
    done = document(source, symbol)
    assert done.new_data == source.encode()
    assert reason in done.skipped[0].reason


def test_bytes_that_are_not_utf8_are_left_alone_and_a_mark_is_kept() -> None:
    assert "not valid utf-8" in document(b"function f() { '\xff' }\n", "f").skipped[0].reason
    assert document(b"\xef\xbb\xbffunction f() {}\n", "f").new_data == b"\xef\xbb\xbf/** It. */\nfunction f() {}\n"


def test_other_languages_are_left_alone() -> None:
    assert "go files is not edited" in document("package a\n", "", language="go").skipped[0].reason


CORPUS = """\
// @ts-check
import { x } from './x'

const t = `a ${ (() => {
  function inTemplate() {}
  return 1
})() } b`
export const View = ({ a, b = /[/*]*/ }: Props) => {
  const onClick = () => {}
  return <div title="/* no */">{ a /* kept */ }</div>
}
@Dec({ a: 1 })
export abstract class Store<T extends object> extends Base implements Kept {
  static #count = 0
  static { Store.#count = 1 }
  constructor(private readonly a: string) { super() }
  get size(): number { return 1 }
  set size(v) { }
  // eslint-disable-next-line no-x
  async *each<K>(k: K): AsyncGenerator<K> { yield k }
  abstract run(): void
  handler = async (e: Event) => { return /\\/\\*/.test('x') }
}
export namespace N {
  export type U = { [K in keyof T]?: T[K] }
  export const enum E { A = 1 }
}
function first() { return
}
export { first as second }
label: for (const a of b) { if (a) continue label }
export default class {}
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@given(
    text=st.lists(
        st.one_of(
            st.sampled_from(["*/", "/*", "*", "/", "\\", "@ts-ignore", "-->", "\u2028", "\n", "`", "${"]),
            st.text(max_size=9),
        ),
        max_size=10,
    ).map("".join)
)
def test_no_text_changes_the_program(newline: str, text: str) -> None:
    source = CORPUS.replace("\n", newline)
    symbols = [found.qualified_name for found in definitions(parse_tree("tsx", source.encode()).root_node)]
    assert len(set(symbols)) == 15
    done = document(source, "", *dict.fromkeys(symbols), language="tsx", text=text)
    assert (
        all("nothing readable" in it.reason or it.symbol in ("Store.size", "t") for it in done.skipped)
        or not text.strip()
    )
    assert _tokens(done.new_data) == _tokens(source.encode())
    assert done.new_data.count(b"\n") == done.new_data.count(newline.encode())
    assert document(source, "", *dict.fromkeys(symbols), language="tsx", text=text) == done


def _tokens(data: bytes) -> list[tuple[str, bytes]]:
    found = []
    stack = [parse_tree("tsx", data).root_node]
    while stack:
        node = stack.pop()
        if node.type != "comment" and node.child_count == 0:
            found.append((node.type, node.text or b""))
        if node.type != "comment":
            stack.extend(reversed(node.children))
    return found
