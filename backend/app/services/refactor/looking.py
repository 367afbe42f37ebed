"""Where the proof of a rename has to look: not where nothing it could find would change what is said. Pure."""

from collections.abc import Mapping, Set

from app.services.refactor.bounds import SMALL_TREE
from app.services.refactor.edits import WordEdit
from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.model import Place
from app.services.refactor.tiers import Tier
from app.services.refactor.work import Work

_TEXTS = frozenset({Role.COMMENT, Role.STRING})


def files_to_look_at(work: Work) -> list[str]:
    """Choose the files whose problems are compared.

    In larger trees: what is edited, and files where a mention leads nowhere known and no doubt tells of it. What leads
    somewhere known is asked about again; a file whose every unknown mention is doubted can add nothing but more doubt.
    """
    if len(work.files) <= SMALL_TREE:
        return sorted(work.files)
    chosen = {edit.path for edit in work.plan.of(Tier.PROVEN, Tier.LIKELY)} | work.plan.moves.keys()
    doubted = {(note.path, note.line) for note in work.plan.doubts}
    for place, mention in work.found.mentions():
        if place.path not in chosen and mention.role not in _TEXTS and not work.found.meanings[place].is_known:
            line = work.found.lines[place.path].spot(place.start).line + 1
            if (place.path, line) not in doubted:
                chosen.add(place.path)
    return sorted(chosen)


def settled(work: Work, edits: Mapping[str, list[WordEdit]]) -> Set[Place]:
    """List the mentions about which nothing is compared: not edited, and of unknown meaning before."""
    edited = {Place(path, edit.start) for path, found in edits.items() for edit in found}
    return {
        place
        for place, mention in work.found.mentions()
        if mention.role is not Role.NAME and place not in edited and not work.found.meanings[place].is_known
    }
