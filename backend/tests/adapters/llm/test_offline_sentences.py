"""First sentences say what the definition says, and no more."""

import pytest

from app.adapters.llm.offline_sentences import sentence_about
from app.adapters.syntax.describe import describe
from app.adapters.syntax.structure import FileStructure


@pytest.mark.parametrize(
    ("path", "source", "sentence"),
    [
        ("a.py", "def parse_reply(a): ...", "Parse the reply."),
        ("a.py", "def serve_forever(a): ...", "Serve forever."),
        ("a.py", "def is_valid(path): ...", "Say whether `path` is valid."),
        ("a.py", "def to_json(a): ...", "Convert to json."),
        ("a.py", "def on_click(a): ...", "Respond to click."),
        ("a.py", "def parse(text): ...", "Parse `text`."),
        ("a.py", "def add(a, b): ...", "Add, given `a` and `b`."),
        ("a.py", "def sleep(seconds, loop=None): ...", "Sleep."),
        ("a.ts", "export function lift(by?: Operator) {}", "Lift."),
        ("a.py", "def total(a): return a", "Return the total."),
        ("a.py", "def numbers(a): yield a", "Yield the numbers."),
        ("a.py", "def count(a): return a", "Return the count."),
        ("a.py", "def migration(a): a()", "Carry out the migration."),
        ("a.py", "def main(): a()", "Run the program."),
        ("a.py", "class HTTPServer: ...", "An HTTP server."),
        ("a.py", "def decode_utf8(a): ...", "Decode the utf8."),
        ("a.py", "class S3AclError(Error): ...", "Error: S3 acl."),
        ("a.py", "class IPv4Network: ...", "An ipv4 network."),
        ("a.py", "def parse_größe(a): ...", "Parse the größe."),
        ("a.py", "class ПочтовыйЯщик: ...", "A почтовый ящик."),
        ("a.py", "class PathRefusedError(Invalid): ...", "Error: path refused."),
        ("a.py", "class Colour(Enum):\n  RED = 1\n  BLUE = 2", "Choices for colour: `RED` and `BLUE`."),
        ("a.py", "@dataclass\nclass Point:\n  x: int\n  y: int", "A point with `x` and `y`."),
        ("a.py", "class Clock(Protocol): ...", "What a clock has to offer."),
        ("a.ts", "export interface Options { a: string }", "Shape of options with `a`."),
        ("a.ts", "export type Name = string", "Type of a name: `string`."),
        ("a.ts", "export type Pair<T = any> = [T, T]", "Type of a pair: `[T, T]`."),
        ("a.ts", "export type Made<F extends () => void> = F", "Type of a made: `F`."),
        ("a.ts", "export enum Kind { A, B }", "Choices for kind: `A` and `B`."),
        ("a.tsx", "export const Card = () => <div/>", "Component that shows the card."),
    ],
)
def test_a_definition_is_put_into_words(path: str, source: str, sentence: str) -> None:
    language = {"py": "python", "ts": "typescript"}.get(path.rpartition(".")[2], "tsx")
    structure = describe(path, language, source)
    assert isinstance(structure, FileStructure)
    assert sentence_about(structure.symbols[0]) == sentence


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("def run(self, host): ...", "Run the web server."),
        ("def set(self, value): ...", "Set `value`."),
        ("def append(self, mailbox, message): ...", "Append, given `mailbox` and `message`."),
        ("def notify(self, n=1): ...", "Notify the web server."),
        ("def has_clients(self): ...", "Say whether the web server has clients."),
        ("def readable(self) -> bool: ...", "Say whether the web server is readable."),
        ("@property\n def port(self): ...", "The port."),
        ("def __init__(self, port): ...", "Set up the web server."),
    ],
)
def test_a_method_speaks_of_its_class(member: str, sentence: str) -> None:
    structure = describe("a.py", "python", f"class WebServer:\n {member}\n")
    assert isinstance(structure, FileStructure)
    assert sentence_about(structure.symbols[1]) == sentence
