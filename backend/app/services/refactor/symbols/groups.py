"""Symbols that must have one name: a name and its imports, a method and its overrides. Pure."""

from collections.abc import Iterable

from app.services.refactor.symbols.model import Symbol


class Groups:
    """Disjoint sets of symbols (union by path compression). What was never joined is alone."""

    def __init__(self) -> None:
        self._parent: dict[Symbol, Symbol] = {}

    def find(self, symbol: Symbol) -> Symbol:
        """Give the one symbol that stands for the whole group."""
        root = symbol
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(symbol, root)) != root:
            self._parent[symbol] = root
            symbol = above
        return root

    def join(self, symbols: Iterable[Symbol]) -> None:
        """Give all of these one name."""
        first: Symbol | None = None
        for symbol in symbols:
            root = self.find(symbol)
            if first is None:
                first = root
            elif root != first:
                self._parent[root] = first

    def together(self, symbols: Iterable[Symbol]) -> list[Symbol]:
        """List those that stand for the groups of these symbols, each once, in order."""
        return sorted({self.find(symbol) for symbol in symbols})

    def copy(self) -> "Groups":
        """Give groups of their own, the same as these."""
        copied = Groups()
        copied._parent = dict(self._parent)
        return copied
