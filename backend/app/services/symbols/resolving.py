"""What a name means, as far as syntax alone tells: through scopes, imports, re-exports, classes and their bases.

A binding is what has a name: `Target`. What follows from types that are written down or made on the spot is likely,
not certain. Nothing recurses without a bound, and no cycle of imports or bases is followed twice.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.adapters.syntax.symbols.table import NOTHING, SELF, SUPER, Import, Place, Use
from app.services.symbols.view import Known, View

# Chains of imports, bases and receivers in real code are short.
_DEEPEST = 40


class Target(NamedTuple):
    """What a name means: a binding of a file, a whole module (`binding` NOTHING), or something outside (no path)."""

    path: str
    binding: int
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mention may mean; empty when nothing is known. `how` says by what that was found, in words."""

    targets: frozenset[Target] = frozenset()
    is_certain: bool = False
    how: str = ""


UNKNOWN = Meaning()


@dataclass(slots=True)
class Resolver:
    """Looks meanings up in one view."""

    view: View
    _meanings: dict[tuple[str, int], Meaning] = field(default_factory=dict)
    _exports: dict[tuple[str, str], frozenset[Target]] = field(default_factory=dict)
    _depth: int = 0

    async def meaning(self, path: str, at: int) -> Meaning:
        """Tell what a mention means."""
        key = (path, at)
        if key in self._meanings:
            return self._meanings[key]
        known = await self.view.file(path)
        if known is None or self._depth >= _DEEPEST:
            return UNKNOWN
        # For a chain that leads back to itself.
        self._meanings[key] = UNKNOWN
        self._depth += 1
        try:
            found = await self._look_up(path, known, at)
        finally:
            self._depth -= 1
        self._meanings[key] = found
        return found

    async def _look_up(self, path: str, known: Known, at: int) -> Meaning:
        mention = known.mention(at)
        if mention.place is Place.ATTRIBUTE:
            return await self._attribute(path, known, at)
        if mention.place is Place.KEYWORD:
            return await self._keyword(path, mention.name, mention.head)
        if mention.place is Place.IMPORTED:
            targets = await self.imported(path, known, known.symbols.imports[mention.head])
            return Meaning(targets, is_certain=len(targets) == 1, how="an import")
        if mention.place is Place.MODULE:
            return await self._module_part(path, known, at)
        if mention.binding == NOTHING:
            targets = await self._from_stars(path, known, mention.name)
            return Meaning(targets, is_certain=len(targets) == 1, how="an import of everything")
        targets = await self.follow(path, known, mention.binding)
        how = "an import" if known.symbols.bindings[mention.binding].imports else "its scope"
        return Meaning(targets, is_certain=len(targets) == 1, how=how)

    async def follow(self, path: str, known: Known, binding: int) -> frozenset[Target]:
        """Give what a binding is in the end: itself, or what it was imported from."""
        found = known.symbols.bindings[binding]
        targets: set[Target] = set()
        for at in found.imports:
            targets |= await self.imported(path, known, known.symbols.imports[at])
        if found.definitions or not targets:
            targets.add(Target(path, binding))
        return frozenset(targets)

    async def imported(self, path: str, known: Known, wanted: Import) -> frozenset[Target]:
        """Give what an import leads to."""
        module, name = wanted.module, wanted.name
        if known.is_python:
            if wanted.is_top and not name:
                module = module.partition(".")[0]
            file = self.view.modules.python(path, module)
            if not name:
                return frozenset({Target(file, NOTHING) if file else Target("", NOTHING, module)})
            if name == "*":
                return frozenset({Target(file, NOTHING)}) if file else frozenset()
            return await self._python_name(path, module, file, name)
        file = self.view.modules.script(path, module)
        if file is None:
            return frozenset() if module.startswith(".") else frozenset({Target("", NOTHING, f"{module}:{name}")})
        if name in ("", "*"):
            return frozenset({Target(file, NOTHING)})
        return await self.exported(file, name)

    async def _python_name(self, path: str, module: str, file: str | None, name: str) -> frozenset[Target]:
        found = await self.exported(file, name) if file is not None and file != path else frozenset()
        if found:
            return found
        below = self.view.modules.python(path, f"{module}{'' if module.endswith('.') else '.'}{name}")
        if below is not None:
            return frozenset({Target(below, NOTHING)})
        # What a module of this repository makes while it runs is not known; what lies outside has a name at least.
        is_outside = file is None and not module.startswith(".")
        return frozenset({Target("", NOTHING, f"{module}.{name}")}) if is_outside else frozenset()

    async def exported(self, path: str, name: str) -> frozenset[Target]:
        """Give what a module has under a name; empty when it has nothing there that can be seen."""
        key = (path, name)
        if key in self._exports:
            return self._exports[key]
        known = await self.view.file(path)
        if known is None or self._depth >= _DEEPEST:
            return frozenset()
        # For modules that import one another.
        self._exports[key] = frozenset()
        self._depth += 1
        try:
            found = await (self._python_export(path, known, name) if known.is_python
                           else self._script_export(path, known, name))  # fmt: skip
        finally:
            self._depth -= 1
        self._exports[key] = found
        return found

    async def _python_export(self, path: str, known: Known, name: str) -> frozenset[Target]:
        binding = known.bound.get((0, name), NOTHING)
        if binding != NOTHING and not known.symbols.bindings[binding].is_member:
            return await self.follow(path, known, binding)
        return await self._from_stars(path, known, name)

    async def _from_stars(self, path: str, known: Known, name: str) -> frozenset[Target]:
        for at in known.stars if not name.startswith("_") else ():
            wanted = known.symbols.imports[at]
            modules = self.view.modules
            file = modules.python(path, wanted.module) if known.is_python else modules.script(path, wanted.module)
            if file is not None and (known.is_python or name != "default"):
                found = await self.exported(file, name)
                if found:
                    return found
        return frozenset()

    async def _script_export(self, path: str, known: Known, name: str) -> frozenset[Target]:
        names = [name]
        if name == "default":
            names.append("=")
        for wanted in names:
            for at in known.exports.get(wanted, ()):
                export = known.symbols.exports[at]
                if export.binding != NOTHING:
                    return await self.follow(path, known, export.binding)
                return await self.imported(path, known, known.symbols.imports[export.import_])
        if name == "=":
            return frozenset({Target(path, NOTHING)})
        return await self._from_stars(path, known, name)

    async def _module_part(self, path: str, known: Known, at: int) -> Meaning:
        """Explain one segment of a module's path: the package so far, or the module."""
        head = known.mention(at).head
        if head == NOTHING:
            return UNKNOWN
        wanted = known.symbols.imports[head].module
        dots = len(wanted) - len(wanted.lstrip("."))
        before = [each for each in range(max(0, at - 50), at + 1) if known.mention(each).head == head]
        segments = [known.mention(each).name for each in before if known.mention(each).place is Place.MODULE]
        module = wanted[:dots] + ".".join(segments)
        file = self.view.modules.python(path, module)
        target = Target(file, NOTHING) if file else Target("", NOTHING, module)
        return Meaning(frozenset({target}), is_certain=True, how="an import")

    async def _attribute(self, path: str, known: Known, at: int) -> Meaning:
        mention = known.mention(at)
        if mention.binding != NOTHING:
            return Meaning(frozenset({Target(path, mention.binding)}), is_certain=True, how="its definition")
        if mention.head in (SELF, SUPER):
            class_ = known.symbols.class_of(mention.owner)
            if class_ == NOTHING:
                return UNKNOWN
            return await self._member_of(path, known, class_, mention.name, is_super=mention.head == SUPER)
        if mention.head == NOTHING:
            return UNKNOWN
        head = known.mention(mention.head)
        if head.place is Place.NAME and head.binding != NOTHING:
            self_of = known.symbols.bindings[head.binding].self_of
            if self_of != NOTHING:
                return await self._member_of(path, known, self_of, mention.name)
        return await self._of_receiver(path, mention.head, mention.name, is_called=head.use is Use.CALL)

    async def _of_receiver(self, path: str, head: int, name: str, *, is_called: bool) -> Meaning:
        receiver = await self.meaning(path, head)
        targets: set[Target] = set()
        certain, how = receiver.is_certain, receiver.how
        for target in receiver.targets:
            if not target.path:
                targets.add(Target("", NOTHING, f"{target.outside}.{name}"))
                continue
            if target.binding == NOTHING:
                targets |= await self._of_module(target.path, name)
                continue
            found, is_typed = await self._of_binding(target, name, is_called=is_called)
            targets |= found
            certain = certain and not is_typed
            how = "the type of what stands before it" if is_typed else how
        return Meaning(frozenset(targets), is_certain=certain and len(targets) == 1, how=how)

    async def _of_module(self, path: str, name: str) -> frozenset[Target]:
        found = await self.exported(path, name)
        if found or not path.endswith(("/__init__.py", "/__init__.pyi")):
            return found
        below = self.view.modules.python(path, f".{name}")
        return frozenset({Target(below, NOTHING)}) if below else frozenset()

    async def _of_binding(self, target: Target, name: str, *, is_called: bool) -> tuple[frozenset[Target], bool]:
        """Find a member of a class, or of an object whose class can be seen; True when that was needed."""
        known = await self.view.file(target.path)
        if known is None:
            return frozenset(), False
        class_ = known.class_at(target.binding)
        if class_ != NOTHING:
            return await self.member(target.path, class_, name), False
        hint = known.symbols.bindings[target.binding].hint
        if hint == NOTHING or is_called:
            return frozenset(), False
        found: set[Target] = set()
        for type_ in (await self.meaning(target.path, hint)).targets:
            where = await self.view.file(type_.path) if type_.path and type_.binding != NOTHING else None
            class_ = where.class_at(type_.binding) if where else NOTHING
            if class_ != NOTHING:
                found |= await self.member(type_.path, class_, name)
        return frozenset(found), True

    async def _member_of(self, path: str, known: Known, class_: int, name: str, *, is_super: bool = False) -> Meaning:
        targets = await self.member(path, class_, name, skip_own=is_super)
        how = "the class that it stands in" if not is_super else "the bases of the class that it stands in"
        return Meaning(targets, is_certain=len(targets) == 1, how=how)

    async def member(self, path: str, class_: int, name: str, *, skip_own: bool = False) -> frozenset[Target]:
        """Find what a class has under a name, its own or from its bases, the nearest first."""
        waiting, seen = [(path, class_, skip_own)], set[tuple[str, int]]()
        while waiting and len(seen) < _DEEPEST * 5:
            where, at, skip = waiting.pop(0)
            known = await self.view.file(where)
            if known is None or (where, at) in seen:
                continue
            seen.add((where, at))
            binding = known.bound.get((known.symbols.definitions[at].scope, name), NOTHING)
            if binding != NOTHING and not skip:
                return frozenset({Target(where, binding)})
            waiting += [(*base, False) for base in await self.bases(where, known, at)]
        return frozenset()

    async def bases(self, path: str, known: Known, class_: int) -> list[tuple[str, int]]:
        """Find the bases of a class that this repository holds: file and definition."""
        found: list[tuple[str, int]] = []
        for mention in known.symbols.bases.get(class_, ()):
            if mention == NOTHING:
                continue
            for target in sorted((await self.meaning(path, mention)).targets):
                where = await self.view.file(target.path) if target.path and target.binding != NOTHING else None
                at = where.class_at(target.binding) if where else NOTHING
                if at != NOTHING:
                    found.append((target.path, at))
        return found

    async def _keyword(self, path: str, name: str, function: int) -> Meaning:
        """Explain `name=` in a call: a parameter of the function, of a class's initialiser, or one of its fields."""
        if function < 0:
            return UNKNOWN
        called = await self.meaning(path, function)
        found: set[Target] = set()
        for target in called.targets:
            known = await self.view.file(target.path) if target.path and target.binding != NOTHING else None
            if known is not None:
                found |= await self._parameter(target, known, name)
        certain = called.is_certain and len(found) == 1
        return Meaning(frozenset(found), is_certain=certain, how="the function that is called")

    async def _parameter(self, target: Target, known: Known, name: str) -> frozenset[Target]:
        class_ = known.class_at(target.binding)
        if class_ == NOTHING:
            return _parameter_in(target.path, known, target.binding, name)
        for made_by in await self.member(target.path, class_, "__init__"):
            where = await self.view.file(made_by.path)
            if where is not None:
                return _parameter_in(made_by.path, where, made_by.binding, name)
        return await self.member(target.path, class_, name)


def _parameter_in(path: str, known: Known, function: int, name: str) -> frozenset[Target]:
    for at in known.symbols.bindings[function].definitions:
        binding = known.bound.get((known.symbols.definitions[at].scope, name), NOTHING)
        if known.symbols.definitions[at].scope != NOTHING and binding != NOTHING:
            return frozenset({Target(path, binding)})
    return frozenset()
