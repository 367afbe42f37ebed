"""Which values of a Python function are certainly paths of the file system: by annotation, or by how they are made."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.adapters.syntax.python_effects import PythonNames
from app.adapters.syntax.python_tree import dotted

_TYPES = {"pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "anyio.Path", "trio.Path"}
_MAKERS = {*_TYPES, *(f"{name}.{maker}" for name in _TYPES for maker in ("cwd", "home"))}
_DERIVED = {"absolute", "expanduser", "joinpath", "relative_to", "rename", "replace", "resolve", "with_name"}
_DERIVED |= {"with_stem", "with_suffix", "readlink"}
_SEVERAL = {"glob", "iterdir", "rglob"}
# Words that only the methods of paths take.
_WORDS = {"unlink": {"missing_ok"}, "touch": {"exist_ok", "mode"}}


@dataclass(slots=True)
class KnownPaths:
    """The names that hold paths at this place; a name that is given something else holds one no more."""

    names: PythonNames
    held: set[str] = field(default_factory=set)

    def declare(self, arguments: Iterable[ast.arg]) -> None:
        """Take the parameters that are annotated as paths."""
        self.held.update(each.arg for each in arguments if each.annotation and self._is_path_type(each.annotation))

    def assign(self, target: ast.expr, value: ast.expr | None) -> None:
        """Follow an assignment to a plain name."""
        if isinstance(target, ast.Name):
            self._hold(target.id, value is not None and self.holds(value))

    def loop(self, target: ast.expr, over: ast.expr) -> None:
        """Follow a loop over a folder's contents."""
        if isinstance(target, ast.Name):
            maker = over.func if isinstance(over, ast.Call) else None
            is_several = isinstance(maker, ast.Attribute) and maker.attr in _SEVERAL and self.holds(maker.value)
            self._hold(target.id, is_several)

    def holds(self, value: ast.expr) -> bool:
        """Say whether an expression is a path; the chain it hangs on is followed without recursion."""
        while True:
            if isinstance(value, ast.Name):
                return value.id in self.held
            if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
                value = value.left
            elif isinstance(value, ast.Attribute) and value.attr == "parent":
                value = value.value
            elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name | ast.Attribute):
                if self.names.resolve(dotted(value.func)) in _MAKERS:
                    return True
                if not isinstance(value.func, ast.Attribute) or value.func.attr not in _DERIVED:
                    return False
                value = value.func.value
            else:
                return False

    def knows_method(self, call: ast.Call) -> bool:
        """Say whether a method is called on a path: on a known one, or with words that only a path's method takes."""
        if not isinstance(call.func, ast.Attribute):
            return False
        words = _WORDS.get(call.func.attr, set())
        return self.holds(call.func.value) or any(keyword.arg in words for keyword in call.keywords)

    def _hold(self, name: str, is_path: bool) -> None:
        if is_path:
            self.held.add(name)
        else:
            self.held.discard(name)

    def _is_path_type(self, annotation: ast.expr) -> bool:
        """Read `Path`, `Path | None` and `Optional[Path]`; a text that holds a type is not looked into."""
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            sides = [side for side in (annotation.left, annotation.right) if not _is_none(side)]
            return len(sides) == 1 and self._is_path_type(sides[0])
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name | ast.Attribute):
            optional = self.names.resolve(dotted(annotation.value)) == "typing.Optional"
            return optional and self._is_path_type(annotation.slice)
        return isinstance(annotation, ast.Name | ast.Attribute) and self.names.resolve(dotted(annotation)) in _TYPES


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
