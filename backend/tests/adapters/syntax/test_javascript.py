"""What is seen in JavaScript and TypeScript files."""

from app.adapters.syntax.describe import describe
from app.adapters.syntax.structure import FileStructure, Symbol

TYPESCRIPT = """\
/** @file Keeps users. */
import fs, { writeFile as save } from 'node:fs/promises';
import { Base } from './base';

let last = 0;

/**
 * A store.
 */
@Injectable()
export class Store<T> extends Base implements Kept {
  @Input() size: number = 0;

  constructor(private readonly path: string, { a, b } = {}) { super(); }

  /** Saves. */
  @Log()
  async save(data: T, mode?: string, ...rest: any[]): Promise<void> {
    if (!data || rest.length) throw new RangeError('empty');
    try { await save(this.path, data) } catch (error) { throw error; }
    this.size = 1;
    last += 1;
    console.log(mode);
  }

  get isEmpty(): boolean { return this.size === 0 }
  handler = (event) => { fetch(event.url) }
  private hidden() {}
}

export const twice = (x: number) => x * 2;
function inner(a: string): void;
function inner(a: any) {}
export interface Kept { size: number; run(x: number): void }
export type Name = string;
export enum Kind { A, B = 2 }
export default function* () { yield 1 }
"""


def see(text: str, language: str = "typescript") -> FileStructure:
    structure = describe("a.ts", language, text)
    assert isinstance(structure, FileStructure)
    return structure


def symbol(structure: FileStructure, name: str) -> Symbol:
    return next(it for it in structure.symbols if it.qualified_name == name)


def test_the_definitions_of_a_typescript_file_are_seen() -> None:
    seen = see(TYPESCRIPT)
    assert seen.complete
    assert seen.documentation == "@file Keeps users."
    assert [(it.kind, it.qualified_name) for it in seen.symbols if it.is_public] == [
        ("class", "Store"),
        ("method", "Store.constructor"),
        ("method", "Store.save"),
        ("method", "Store.isEmpty"),
        ("method", "Store.handler"),
        ("function", "twice"),
        ("interface", "Kept"),
        ("type", "Name"),
        ("enum", "Kind"),
        ("function", "default"),
    ]


def test_comments_above_decorators_are_the_documentation() -> None:
    seen = see(TYPESCRIPT)
    assert symbol(seen, "Store").documentation == "A store."
    assert symbol(seen, "Store.save").documentation == "Saves."
    assert symbol(seen, "Store.isEmpty").documentation is None


def test_parameters_signature_and_head_are_exact() -> None:
    save = symbol(see(TYPESCRIPT), "Store.save")
    assert save.head.text == "  async save(data: T, mode?: string, ...rest: any[]): Promise<void> {"
    assert save.signature == "async save(data: T, mode?: string, ...rest: any[]): Promise<void>"
    assert [(it.name, it.kind, it.annotation) for it in save.parameters] == [
        ("data", "plain", "T"),
        ("mode", "plain", "string | undefined"),
        ("rest", "rest", "any[]"),
    ]
    assert save.returns == "Promise<void>"


def test_what_a_method_does_is_seen() -> None:
    body = symbol(see(TYPESCRIPT), "Store.save").body
    assert [(it.error, it.guard and it.guard.condition) for it in body.raises] == [
        ("RangeError", "!data || rest.length"),
        ("", "error"),
    ]
    assert [(it.kind, it.subject) for it in body.effects] == [
        ("writes-files", "save"),
        ("changes-attribute", "this.size"),
        ("changes-global", "last"),
        ("prints", "console.log"),
    ]
    assert body.complexity == 4


def test_a_name_that_is_bound_anew_is_no_known_effect() -> None:
    seen = see(
        """
        function given(fetch, process) { fetch("/x"); process.exit(1); }
        function made() { const fetch = use(); return fetch("/x"); }
        function global() { return fetch("/x"); }
        function talk(dialog, accessLog) { dialog.info("x"); accessLog.info("x"); }
        """
    )
    kinds = {it.name: [effect.kind for effect in it.body.effects] for it in seen.symbols}
    assert kinds == {"given": [], "made": [], "global": ["network"], "talk": ["logs"]}


def test_an_error_that_is_caught_again_is_told_apart_from_one_that_escapes() -> None:
    seen = see(
        """
        function inside(a) { try { if (a) throw new TypeError(a); } catch (e) { return 2; } }
        function again(a) { try { throw new TypeError(a); } catch (e) { throw e; } }
        function cleaned(a) { try { throw new TypeError(a); } finally { a(); } }
        function bare(a) { throw a; }
        """
    )
    raises = {it.name: [(one.error, one.is_caught, one.is_variable) for one in it.body.raises] for it in seen.symbols}
    assert raises == {
        "inside": [("TypeError", True, False)],
        "again": [("TypeError", False, False), ("", False, True)],
        "cleaned": [("TypeError", False, False)],
        "bare": [("a", False, True)],
    }


def test_a_member_that_is_set_or_deleted_is_not_read() -> None:
    seen = symbol(see("function f(o) { o.x = 1; delete o.y; o.n += 1; }"), "f")
    assert [use.object for use in seen.parameters[0].uses] == ["n"]
    assert [(it.kind, it.subject) for it in seen.body.effects] == [
        ("changes-attribute", "o.x"),
        ("changes-attribute", "o.y"),
        ("changes-attribute", "o.n"),
    ]


def test_overloads_are_marked() -> None:
    assert [it.is_overload for it in see(TYPESCRIPT).symbols if it.name == "inner"] == [True, True]


def test_members_of_enumerations_and_interfaces_are_fields() -> None:
    seen = see(TYPESCRIPT)
    assert [(it.name, it.default) for it in symbol(seen, "Kind").fields] == [("A", None), ("B", "2")]
    assert [it.name for it in symbol(seen, "Kept").fields] == ["size", "run"]


def test_common_js_exports_are_public_and_the_rest_is_not() -> None:
    seen = see(
        "const fs = require('fs');\nfunction a() { fs.writeFileSync('x') }\nfunction b() {}\n"
        "exports.c = function () {};\nmodule.exports = { a };\nA.prototype.d = () => 1;\n",
        "javascript",
    )
    assert [(it.qualified_name, it.is_public) for it in seen.symbols if it.kind != "constant"] == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("A.d", True),
    ]
    assert symbol(seen, "a").body.effects[0].kind == "writes-files"


def test_a_component_in_jsx_is_seen() -> None:
    seen = see("export const Card = ({ title }) => {\n  return <div>{title}</div>\n}\n", "tsx")
    card = symbol(seen, "Card")
    assert seen.complete
    assert (card.parameters[0].name, card.body.returned[0].expression) == ("{ title }", "<div>{title}</div>")


def test_a_broken_file_gives_what_could_be_recovered() -> None:
    seen = see("export function a() {}\nfunction ( {{{\nexport class B {}\n")
    assert not seen.complete
    assert "a" in [it.name for it in seen.symbols]


def test_a_constant_too_long_to_look_at_is_cut_between_two_characters() -> None:
    for blanks in range(3):
        seen = see(f"export const LABEL = {' ' * blanks}'{'中' * 3000}';\n")
        assert symbol(seen, "LABEL").signature.endswith("…")


def test_items_that_are_set_or_deleted_are_told_from_attributes() -> None:
    seen = symbol(see("function f(o, k) { o[k] = 1; delete o[k]; o[k] += 1; const own = {}; own[k] = 1; }"), "f")
    assert [(it.kind, it.subject) for it in seen.body.effects] == [("changes-items", "o[…]")] * 3
    assert [(use.verb, use.object) for use in seen.parameters[0].uses] == [("indexed", "")]
