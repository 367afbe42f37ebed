"""Where a name leads and what leads to it: small trees in Python, JavaScript and TypeScript."""

from tests.services.symbols.conftest import Asker

SHOP = {
    "shop/__init__.py": "from shop.prices import total as grand_total\n\n__all__ = ['grand_total']\n",
    "shop/prices.py": (
        "RATE = 2\n\n\n"
        "def total(items, rate=RATE):\n    return sum(items) * rate\n\n\n"
        "class Price:\n    def __init__(self, amount):\n        self.amount = amount\n\n"
        "    def net(self):\n        return self.amount - 1\n"
    ),
    "shop/basket.py": (
        "from . import prices, grand_total\nfrom .prices import Price\n\n\n"
        "class Special(Price):\n    def both(self):\n        return self.net() + super().net()\n\n\n"
        "def check(items, other):\n    made = Price(1)\n    total = 3\n"
        "    return prices.total(items, rate=total) + grand_total(items) + made.net() + other.net()\n"
    ),
}


async def test_imports_aliases_and_module_attributes_lead_to_the_function(asker: Asker) -> None:
    await asker.commit(SHOP)
    wanted = [
        "shop/__init__.py:1:25 import",
        "shop/__init__.py:1:34 import",
        "shop/__init__.py:3:13 export",
        "shop/basket.py:1:23 import",
        "shop/basket.py:13:19 call",
        "shop/basket.py:13:46 call",
        "shop/prices.py:4:5 definition",
    ]
    assert await asker.places("shop/prices.py", 4, 5) == wanted
    # From its far end, too, and behind its last letter.
    assert await asker.places("shop/basket.py", 13, 46) == wanted
    assert await asker.places("shop/basket.py", 13, 24) == wanted


async def test_a_local_name_is_its_function_s_alone(asker: Asker) -> None:
    await asker.commit(SHOP)
    assert await asker.places("shop/basket.py", 12, 5) == ["shop/basket.py:12:5 write", "shop/basket.py:13:37 read"]


async def test_a_parameter_is_named_by_its_callers(asker: Asker) -> None:
    await asker.commit(SHOP)
    assert await asker.places("shop/prices.py", 4, 18) == [
        "shop/basket.py:13:32 keyword",
        "shop/prices.py:4:18 write",
        "shop/prices.py:5:25 read",
    ]


async def test_a_method_is_certain_through_classes_and_likely_through_values(asker: Asker) -> None:
    await asker.commit(SHOP)
    answer = await asker.read("/references", path="shop/prices.py", line=12, column=9)
    shown = [(each["path"], each["line"], each["column"], each["certain"], each["how"]) for each in answer["items"]]
    assert shown == [
        ("shop/basket.py", 7, 21, True, "the class that it stands in"),
        ("shop/basket.py", 7, 37, True, "the bases of the class that it stands in"),
        ("shop/prices.py", 12, 9, True, "its scope"),
        ("shop/basket.py", 13, 72, False, "the type of what stands before it"),
        ("shop/basket.py", 13, 86, False, "only its name: what stands before it is not known"),
    ]
    assert (answer["certain"], answer["uncertain"], answer["is_complete"]) == (3, 2, True)
    assert answer["items"][0]["within"] == "shop.basket.Special.both"
    assert answer["items"][0]["text"] == "return self.net() + super().net()"
    assert [(each["qualified_name"], each["kind"]) for each in answer["meant"]] == [("shop.prices.Price.net", "method")]


async def test_an_attribute_that_self_is_given_belongs_to_the_class(asker: Asker) -> None:
    await asker.commit(SHOP)
    assert await asker.places("shop/prices.py", 13, 21) == ["shop/prices.py:10:14 write", "shop/prices.py:13:21 read"]


async def test_what_lies_outside_of_the_repository_is_found_by_its_import(asker: Asker) -> None:
    await asker.commit(
        {"a.py": "import os.path\nos.path.join('a')\n", "b.py": "from os.path import join as j\nj('b')\n"}
    )
    assert await asker.places("b.py", 2, 1) == [
        "a.py:2:9 call",
        "b.py:1:21 import",
        "b.py:1:29 import",
        "b.py:2:1 call",
    ]


async def test_names_that_only_look_alike_are_left_out(asker: Asker) -> None:
    files = {
        "a.py": "def run():\n    pass\n",
        "b.py": "def run():\n    pass\n\n\nrun()\n",
        "c.py": "from a import run\nrun()\n",
        "d.py": "import b\nb.run()\n",
    }
    await asker.commit(files)
    assert await asker.places("a.py", 1, 5, certain=None) == [
        "a.py:1:5 definition",
        "c.py:1:15 import",
        "c.py:2:1 call",
    ]


async def test_modules_that_import_one_another_end(asker: Asker) -> None:
    await asker.commit({"a.py": "from b import *\nx()\n", "b.py": "from a import *\nfrom a import x\n"})
    answer = await asker.get("/references", path="b.py", line=2, column=15)
    assert answer.status_code in (200, 404, 409)
    await asker.mirrored.run_jobs()
    assert (await asker.get("/references", path="b.py", line=2, column=15)).status_code in (200, 404)


SCRIPTS = {
    "src/store.ts": (
        "export default class Store {\n  items: string[] = [];\n  add(item: string) { this.items.push(item); }\n}\n"
        "export function open(name: string) { return name; }\n"
    ),
    "src/index.ts": 'export { open as openStore } from "./store";\nexport * from "./other";\n',
    "src/other.ts": "export const LIMIT = 3;\n",
    "src/app.tsx": (
        'import Shop from "./store";\nimport { openStore, LIMIT } from ".";\nimport * as all from "./store.js";\n\n'
        "const shop = new Shop();\nshop.add(openStore(`${LIMIT}`));\nall.open(`x`);\n"
        "export const View = () => <p>{all.default.name}</p>;\n"
    ),
    "old/main.js": (
        'const { LIMIT: most } = require("../src/other");\nfunction go() { return most; }\nmodule.exports = { go };\n'
    ),
    "old/use.js": 'const main = require("./main");\nmain.go();\n',
}


async def test_a_default_export_is_found_under_every_name(asker: Asker) -> None:
    await asker.commit(SCRIPTS)
    assert await asker.places("src/store.ts", 1, 22) == [
        "src/app.tsx:1:8 import",
        "src/app.tsx:5:18 call",
        "src/app.tsx:8:35 read",
        "src/store.ts:1:22 definition",
    ]


async def test_a_re_export_under_another_name_is_followed(asker: Asker) -> None:
    await asker.commit(SCRIPTS)
    assert await asker.places("src/store.ts", 5, 17) == [
        "src/app.tsx:2:10 import",
        "src/app.tsx:6:10 call",
        "src/app.tsx:7:5 call",
        "src/index.ts:1:10 export",
        "src/store.ts:5:17 definition",
    ]


async def test_everything_that_is_exported_again_and_what_is_required_is_followed(asker: Asker) -> None:
    await asker.commit(SCRIPTS)
    assert await asker.places("src/other.ts", 1, 14) == [
        "old/main.js:1:9 import",
        "old/main.js:1:16 import",
        "old/main.js:2:24 read",
        "src/app.tsx:2:21 import",
        "src/app.tsx:6:23 read",
        "src/other.ts:1:14 definition",
    ]
    assert await asker.places("old/main.js", 2, 10) == [
        "old/main.js:2:10 definition",
        "old/main.js:3:20 read",
        "old/use.js:2:6 call",
    ]


async def test_a_method_is_likely_where_an_object_of_its_class_is_made(asker: Asker) -> None:
    await asker.commit(SCRIPTS)
    assert await asker.places("src/store.ts", 3, 3) == ["src/store.ts:3:3 definition"]
    assert await asker.places("src/store.ts", 3, 3, certain=False) == ["src/app.tsx:6:6 call"]
    assert await asker.places("src/store.ts", 3, 28) == ["src/store.ts:2:3 definition", "src/store.ts:3:28 read"]
