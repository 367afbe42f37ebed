"""Answers for people: which state answers for a ref, and what it says. Git is asked between short scopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.adapters.container import Container
from app.adapters.scope import ScopeFactory
from app.adapters.syntax.symbols.extract import LARGEST_FILE
from app.adapters.syntax.symbols.table import NOTHING, RULES
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_place
from app.core.paths import check_repo_path
from app.schemas.paging import PageQuery
from app.services.manifest.reading import Shown, find_shown
from app.services.symbols.describing import describe, qualified
from app.services.symbols.errors import FileNotIndexed, NoSymbolThere, SymbolsNotReady
from app.services.symbols.listing import Listing
from app.services.symbols.neighbourhood import Neighbourhood, find_neighbourhood
from app.services.symbols.references import Found, Reference, find_references, symbol_at
from app.services.symbols.resolving import Resolver
from app.services.symbols.schemas import MeantOut, ReferenceListOut, ReferenceOut, SymbolListOut, SymbolOut
from app.services.symbols.searching import Wanted, outline, search
from app.services.symbols.service import SymbolService
from app.services.symbols.view import View

_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: line and column from 1, the column in UTF-16 units."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The state that answers."""

    project_id: UUID
    shown: Shown
    listing: Listing

    def tag(self, form: str) -> str:
        """Name this state for `ETag`, in one form of answer."""
        behind = "" if self.shown.up_to_date else ".behind"
        return f'"{self.shown.manifest.hash}.{RULES}.{form}{behind}"'


@dataclass(frozen=True, slots=True)
class SymbolDesk:
    """Where questions about symbols are asked, on behalf of one actor."""

    scopes: ScopeFactory
    container: Container

    async def open(self, project_id: UUID, ref: str | None) -> Opened:
        """Find the state of a ref; SymbolsNotReady when it is not read yet, and it is read then.

        ManifestNotReady, ProjectNotFound, MirrorMissing, RefNotFound, RepositoryEmpty.
        """
        shown = await find_shown(self.scopes, self.container.mirrors, project_id, ref)
        async with self.scopes(read_only=True) as scope:
            listing = await SymbolService(scope).find(shown.manifest)
        if listing is not None:
            return Opened(project_id, shown, listing)
        async with self.scopes() as scope:
            job = await SymbolService(scope).request(shown.manifest)
        raise SymbolsNotReady(job_id=str(job.id), ref=shown.manifest.ref, commit=shown.manifest.commit)

    async def search(self, opened: Opened, wanted: Wanted) -> SymbolListOut:
        """Search definitions, or list them by place where nothing is searched for."""
        view = self.view(opened)
        if wanted.query:
            async with self.scopes(read_only=True) as scope:
                page = await search(scope, opened.project_id, view, wanted)
        else:
            page = await outline(view, wanted)
        manifest = opened.shown.manifest
        return SymbolListOut(
            items=[SymbolOut.of(hit) for hit in page.items],
            next_cursor=page.next_cursor,
            ref=manifest.ref,
            commit=manifest.commit,
            up_to_date=opened.shown.up_to_date,
            files=len(opened.listing.files),
            skipped=opened.listing.skipped,
        )

    async def references(self, opened: Opened, spot: Spot, wanted: PageQuery) -> ReferenceListOut:
        """Find every place that means what stands at a place; NoSymbolThere, FileNotIndexed, PathNotFound."""
        resolver = Resolver(self.view(opened))
        found = await self.find(opened, resolver, spot)
        page = _cut(found.references, limit=wanted.limit, cursor=wanted.cursor)
        texts = await self._texts(opened, page.items)
        items = [
            ReferenceOut.of(each, await _within(resolver, each), text)
            for each, text in zip(page.items, texts, strict=True)
        ]
        manifest = opened.shown.manifest
        certain = sum(each.is_certain for each in found.references)
        return ReferenceListOut(
            items=items,
            next_cursor=page.next_cursor,
            ref=manifest.ref,
            commit=manifest.commit,
            up_to_date=opened.shown.up_to_date,
            name=found.name,
            meant=[MeantOut.of(await describe(resolver, target)) for target in sorted(found.targets)],
            certain=certain,
            uncertain=len(found.references) - certain,
            is_complete=found.is_complete,
        )

    async def neighbourhood(self, opened: Opened, spot: Spot) -> Neighbourhood:
        """Gather what surrounds the symbol at a place; errors as for its references."""
        resolver = Resolver(self.view(opened))
        return await find_neighbourhood(resolver, await self.find(opened, resolver, spot))

    async def find(self, opened: Opened, resolver: Resolver, spot: Spot) -> Found:
        """Find what stands at a place, and all that means it."""
        check_repo_path(spot.path)
        if spot.path not in opened.listing.files:
            # There is such a file, or PathNotFound.
            await self.container.mirrors.reader(opened.project_id).entry(opened.shown.manifest.commit, spot.path)
            raise FileNotIndexed(path=spot.path)
        name, meaning = await symbol_at(resolver, spot.path, spot.line, spot.column)
        if not meaning.targets:
            raise NoSymbolThere(
                "What this name means cannot be told from the syntax alone.",
                path=spot.path, line=spot.line, column=spot.column, name=name, reason="unknown",
            )  # fmt: skip
        return await find_references(resolver, name, meaning.targets)

    def view(self, opened: Opened) -> View:
        """See a state's files."""
        return View(self.scopes, opened.project_id, opened.listing)

    async def _texts(self, opened: Opened, references: Sequence[Reference]) -> list[str]:
        """Read the lines on which references stand."""
        files = opened.listing.files
        blobs = sorted({files[each.path].blob for each in references})
        reader = self.container.mirrors.reader(opened.project_id)
        read = await reader.read_blobs(blobs, max_bytes=LARGEST_FILE) if blobs else []
        lines = {blob.oid: (blob.data or b"").split(b"\n") for blob in read}
        return [_line(lines.get(files[each.path].blob, []), each.at.line) for each in references]


def _line(lines: Sequence[bytes], number: int) -> str:
    text = lines[number - 1].decode("utf-8", "replace").strip() if number <= len(lines) else ""
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"


async def _within(resolver: Resolver, reference: Reference) -> str | None:
    known = await resolver.view.file(reference.path)
    owner = reference.at.owner
    if known is None or owner == NOTHING:
        return None
    return qualified(resolver.view.modules, reference.path, known.symbols.definitions[owner].qualified)


def _cut(references: Sequence[Reference], *, limit: int, cursor: str | None) -> Page[Reference]:
    # A state never changes, so a place in the list stays what it was.
    text = decode_place(cursor) if cursor else "0"
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("That cursor is not valid. Start again without one.")
    end = int(text) + limit
    return Page(list(references[int(text) : end]), encode_place(str(end)) if end < len(references) else None)
