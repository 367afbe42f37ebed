"""The names of JavaScript and TypeScript files: scopes, classes, and what files give each other."""

import pytest

from app.adapters.syntax.symbols.extract import extract
from app.adapters.syntax.symbols.table import NOTHING, SELF, SUPER, FileSymbols, Mention, Place, Use, decode, encode


def read(text: str, language: str = "tsx") -> FileSymbols:
    found = extract(language, text.encode())
    assert decode(encode(found)) == found
    return found


def mention(found: FileSymbols, name: str, number: int = 0) -> Mention:
    return [each for each in found.mentions if each.name == name][number]


def line_bound(found: FileSymbols, name: str, number: int) -> int | None:
    """The line in which the name that stands there for the nth time is bound first; None for no scope of the file."""
    binding = mention(found, name, number).binding
    if binding == NOTHING:
        return None
    return next(each.line for each in found.mentions if each.binding == binding and each.use is not Use.READ)


@pytest.mark.parametrize(
    ("text", "number", "line"),
    [
        ("const v = 1;\nfunction f() { return v; }\n", 1, 1),
        ("const v = 1;\nfunction f(v) { return v; }\n", 2, 2),
        ("function f() {\n { let v = 1; }\n return v; }\n", 1, None),
        ("function f() {\n { var v = 1; }\n return v; }\n", 1, 2),
        ("for (const v of w) {\n v; }\n", 1, 1),
        ("try {} catch (v) {\n v; }\n", 1, 1),
        ("const f = ({ a: v = 1, ...w }) =>\n v;\n", 1, 1),
        ("const [x, v] = y;\nv;\n", 1, 1),
        ("const f = async v =>\n v;\n", 1, 1),
        ("class v { m() {\n return v; } }\n", 1, 1),
        ("class A { v = 1; m() { return v; } }\n", 1, None),
        ("import v from 'w';\n({ v });\n", 1, 1),
        ("function f<v>(x: v) {}\n", 1, 1),
        ("enum v { A }\nv.A;\n", 1, 1),
        ("(function v() {\n v(); })\n", 1, 1),
    ],
)
def test_a_name_belongs_to_the_scope_that_the_language_says(text: str, number: int, line: int | None) -> None:
    assert line_bound(read(text), "v", number) == line


def test_classes_have_members_bases_and_fields_of_constructors() -> None:
    found = read(
        "class A extends b.B<T> implements I {\n x = new C(); #y = 1;\n"
        " constructor(private z: D) { super(z); this.w = 2; }\n"
        " get m() { return this.x; } n = () => super.n();\n}\ninterface I extends J { k: string; l(): void }\n"
    )
    assert [(each.qualified, each.kind) for each in found.definitions] == [
        ("A", "class"),
        ("A.x", "attribute"),
        ("A.#y", "attribute"),
        ("A.constructor", "method"),
        ("A.z", "attribute"),
        ("A.w", "attribute"),
        ("A.m", "method"),
        ("A.n", "method"),
        ("I", "interface"),
        ("I.k", "attribute"),
        ("I.l", "method"),
    ]
    assert [[found.mentions[at].name for at in bases] for bases in found.bases.values()] == [["B", "I"], ["J"]]
    heads = {(each.name, each.line): each.head for each in found.mentions if each.place is Place.ATTRIBUTE}
    assert (heads["w", 3], heads["x", 4]) == (SELF, SELF)
    assert [each.head for each in found.mentions if each.name == "n"] == [SELF, SUPER]


def test_exports_are_told_by_the_names_that_others_use() -> None:
    found = read(
        "export const a = 1, b = 2;\nexport default class C {}\nexport function d() {}\nconst e = 1;\n"
        "export { e as f };\n"
        "export { g as h } from './x';\nexport * from './y';\nexport * as i from './z';\nexport type T = string;\n"
    )
    assert [each.name for each in found.exports] == ["a", "b", "default", "d", "f", "h", "*", "i", "T"]


def test_modules_of_node_are_understood() -> None:
    found = read(
        "const a = require('./a'), { b, c: d } = require('./b');\nexports.e = a;\nexports.f = () => b;\n"
        "module.exports = { g: d, b };\nmodule.exports = a;\n",
        "javascript",
    )
    imports = [(each.module, each.name, found.bindings[each.binding].name) for each in found.imports]
    assert imports == [("./a", "=", "a"), ("./b", "b", "b"), ("./b", "c", "d")]
    assert [each.name for each in found.exports] == ["e", "f", "g", "b", "="]


def test_elements_of_jsx_call_their_components() -> None:
    found = read("const V = () => <Box.Item a={b}><Other c /><p>{d}</p></Box.Item>;\n")
    calls = [each.name for each in found.mentions if each.use is Use.CALL]
    assert calls == ["Other"]
    assert {each.name for each in found.mentions} == {"V", "Box", "Item", "a", "b", "Other", "c", "d"}
