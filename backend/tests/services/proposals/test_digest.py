"""A digest changes with every byte, place, mode and path, and with nothing else."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.services.proposals.digest import FileFacts, proposal_digest, selection_digest
from app.services.proposals.edits import Edit

hashes = st.none() | st.text("0123456789abcdef", min_size=1, max_size=3)
short = st.binary(max_size=3)
edits = st.builds(Edit, old_start=st.integers(1, 5), old=short, new=short)
files = st.builds(
    FileFacts,
    path=st.text(min_size=1, max_size=3),
    mode=st.sampled_from(["100644", "100755"]),
    base_blob=hashes,
    base_sha256=hashes,
    new_sha256=hashes,
    edits=st.lists(edits, max_size=3, unique_by=lambda edit: edit.old_start).map(tuple),
)
proposals = st.tuples(
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["m1", "m2"]),
    st.lists(files, max_size=3, unique_by=lambda file: file.path).map(tuple),
)
Contents = tuple[str, str, tuple[FileFacts, ...]]

ONE = FileFacts("a.py", "100644", "b0", "s0", "n0", (Edit(1, b"a\n", b"b\n"), Edit(5, b"", b"c\n")))


def plain(contents: Contents) -> tuple[str, str, frozenset[FileFacts]]:
    base_commit, manifest_hash, changed = contents
    in_order = (replace(file, edits=tuple(sorted(file.edits, key=lambda edit: edit.old_start))) for file in changed)
    return base_commit, manifest_hash, frozenset(in_order)


@given(proposals, proposals)
def test_equal_digests_mean_equal_contents(one: Contents, other: Contents) -> None:
    assert (proposal_digest(*one) == proposal_digest(*other)) == (plain(one) == plain(other))


@given(proposals, st.randoms(use_true_random=False))
def test_the_order_of_files_and_edits_does_not_matter(contents: Contents, random: object) -> None:
    base_commit, manifest_hash, changed = contents
    turned = tuple(replace(file, edits=file.edits[::-1]) for file in changed)[::-1]
    assert proposal_digest(base_commit, manifest_hash, turned) == proposal_digest(*contents)


@given(proposals.filter(lambda contents: any(file.edits for file in contents[2])), st.data())
def test_any_single_changed_bit_of_a_hunk_changes_the_digest(contents: Contents, data: st.DataObject) -> None:
    base_commit, manifest_hash, changed = contents
    file_at, file = data.draw(st.sampled_from([(at, file) for at, file in enumerate(changed) if file.edits]))
    edit_at = data.draw(st.integers(0, len(file.edits) - 1))
    edit = file.edits[edit_at]
    whole = edit.old + edit.new
    if whole:
        bit = data.draw(st.integers(0, len(whole) * 8 - 1))
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        other = Edit(edit.old_start, bytes(flipped[: len(edit.old)]), bytes(flipped[len(edit.old) :]))
    else:
        other = replace(edit, old_start=edit.old_start + 10)
    moved = replace(file, edits=(*file.edits[:edit_at], other, *file.edits[edit_at + 1 :]))
    assert proposal_digest(base_commit, manifest_hash, (*changed[:file_at], moved, *changed[file_at + 1 :])) != (
        proposal_digest(*contents)
    )


def test_every_field_matters() -> None:
    digests = {
        proposal_digest(base, manifest, changed)
        for base, manifest, changed in [
            ("c", "m", [ONE]),
            ("d", "m", [ONE]),
            ("c", "n", [ONE]),
            ("c", "m", []),
            ("c", "m", [replace(ONE, path="b.py")]),
            ("c", "m", [replace(ONE, mode="100755")]),
            ("c", "m", [replace(ONE, base_blob=None)]),
            ("c", "m", [replace(ONE, base_sha256=None)]),
            ("c", "m", [replace(ONE, new_sha256=None)]),
            ("c", "m", [replace(ONE, edits=ONE.edits[:1])]),
            ("c", "m", [replace(ONE, edits=(replace(ONE.edits[0], old_start=2), ONE.edits[1]))]),
        ]
    }
    assert len(digests) == 11


def test_bytes_cannot_move_from_old_to_new_unnoticed() -> None:
    one, other = (replace(ONE, edits=(edit,)) for edit in (Edit(1, b"ab", b"c"), Edit(1, b"a", b"bc")))
    assert proposal_digest("c", "m", [one]) != proposal_digest("c", "m", [other])


def test_the_digest_of_a_known_proposal_never_changes() -> None:
    assert proposal_digest("c", "m", [ONE]) == "37da860e2b4f523d83bb32d51e1803e25ceb027e43c784f7c78246d56f3c1838"


def test_a_selection_is_bound_to_its_proposal_and_its_hunks() -> None:
    a, b = UUID(int=1), UUID(int=2)
    assert selection_digest("d", [a, b]) == selection_digest("d", [b, a, b])
    assert len({selection_digest("d", [a, b]), selection_digest("d", [a]), selection_digest("e", [a])}) == 3
