import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Change
from index.vectors import VECTOR_STORES, Rows, Scored

DIMENSION = 4
# Small whole numbers: every inner product is exact, so that scores can be compared as they are.
vectors = st.lists(st.integers(-9, 9), min_size=DIMENSION, max_size=DIMENSION)
steps = st.lists(
    st.tuples(st.lists(vectors, max_size=6), st.lists(st.integers(1, 40), max_size=4)), max_size=5
)
each_store = pytest.mark.parametrize("make", VECTOR_STORES.values(), ids=VECTOR_STORES)


def rows_of(table):
    """Rows of `{chunk id: (document, vector)}`."""
    if not table:
        return Rows.none(DIMENSION)
    return Rows(
        np.array(list(table), np.int64),
        np.array([document for document, _ in table.values()], object),
        np.array([vector for _, vector in table.values()], np.float32),
    )


def brute_force(table, query, k, documents=None):
    scored = [
        Scored(chunk_id, float(np.dot(query, vector)))
        for chunk_id, (document, vector) in table.items()
        if documents is None or document in documents
    ]
    return sorted(scored, key=lambda scored: (-scored.score, scored.chunk_id))[:k]


def check(store, table, query, k, documents=None):
    """The scores are those of brute force; so are the ids, but for equal scores at the cut."""
    (found,) = store.search(np.array([query], np.float32), k, documents=documents)
    expected = brute_force(table, query, k, documents)
    assert [scored.score for scored in found] == [scored.score for scored in expected]
    cut = expected[-1].score if expected else 0
    assert [s for s in found if s.score > cut] == [s for s in expected if s.score > cut]
    everything = brute_force(table, query, len(table), documents)
    assert set(found) <= set(everything)
    assert len(set(found)) == len(found)


@each_store
@given(steps=steps, queries=st.lists(vectors, min_size=1, max_size=3), k=st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_every_store_answers_like_brute_force(make, steps, queries, k):
    table, store, next_id = {}, make(Rows.none(DIMENSION), 0), 1
    for generation, (added, removed) in enumerate(steps, start=1):
        before, old = dict(table), store
        changes = []
        for vector in added:
            document = f"d{next_id % 3}"
            table[next_id] = (document, vector)
            changes.append(
                Change(generation, "added", next_id, document, np.array(vector, np.float32))
            )
            next_id += 1
        for chunk_id in set(removed) & set(table):
            document, _ = table.pop(chunk_id)
            changes.append(Change(generation, "removed", chunk_id, document))
        store = old.sync(changes, generation)
        if generation == 2:
            store = make(rows_of(table), generation)  # a new base under what comes next
        assert store.generation == generation
        for query in queries:
            check(store, table, query, k)
            check(store, table, query, k, documents={"d0", "d2"})
            check(old, before, query, k)  # a store never changes


BASE = {1: ("a", [1, 0, 0, 0]), 2: ("b", [0, 2, 0, 0]), 3: ("a", [0, 3, 0, 0])}


@each_store
@pytest.mark.parametrize(
    ("label", "k", "documents", "expected"),
    [
        ("best first", 3, None, [3, 2, 1]),
        ("the cut", 1, None, [3]),
        ("more than there are", 50, None, [3, 2, 1]),
        ("one document", 3, ["b"], [2]),
        ("a document that is not there", 3, ["c"], []),
        ("no document", 3, [], []),
    ],
)
def test_search(make, label, k, documents, expected):
    store = make(rows_of(BASE), 1)
    (found,) = store.search(np.array([[0, 1, 0, 0]], np.float32), k, documents=documents)
    assert [scored.chunk_id for scored in found] == expected


@each_store
def test_several_queries_at_once(make):
    found = make(rows_of(BASE), 1).search(np.array([[1, 0, 0, 0], [0, 1, 0, 0]], np.float32), 1)
    assert found == [[Scored(1, 1.0)], [Scored(3, 3.0)]]


@each_store
def test_equal_scores_stand_by_chunk_id(make):
    store = make(rows_of({2: ("a", [1, 0, 0, 0])}), 1)
    change = Change(2, "added", 5, "b", np.array([1, 0, 0, 0], np.float32))
    (found,) = store.sync([change], 2).search(np.array([[1, 0, 0, 0]], np.float32), 2)
    assert found == [Scored(2, 1.0), Scored(5, 1.0)]


@each_store
def test_an_empty_store_finds_nothing(make):
    store = make(Rows.none(DIMENSION), 0)
    assert store.search(np.ones((2, DIMENSION), np.float32), 3) == [[], []]
    assert store.search(np.ones((1, DIMENSION), np.float32), 3, documents=["a"]) == [[]]


@each_store
def test_a_store_says_when_a_new_base_pays(make):
    store = make(rows_of({n: ("a", [n, 0, 0, 0]) for n in range(1, 21)}), 1)
    assert not store.is_loose
    two = [Change(2, "removed", n, "a") for n in (1, 2)]
    assert not store.sync(two, 2).is_loose  # a tenth
    assert store.sync([*two, Change(2, "removed", 3, "a")], 2).is_loose
    added = Change(2, "added", 21, "a", np.array([1, 0, 0, 0], np.float32))
    assert store.sync([*two, added], 2).is_loose
