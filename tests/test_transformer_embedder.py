"""The embedder gives what sentence-transformers itself gives, in batches of its own."""

import numpy as np
import pytest

from index.embedding import load_embedder

TEXTS = ["", "Bees hum.", "The tide rises twice a day.", *(f"bees {n} " * n for n in (3, 9, 10))]


@pytest.fixture(scope="module")
def embedder():
    return load_embedder(precision="float32")


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    "prompts", [{}, {"query": "query: ", "document": "passage: "}, {"query": "Find: "}]
)
def test_each_vector_is_what_the_model_itself_encodes(embedder, monkeypatch, prompts):
    monkeypatch.setattr(embedder._model, "prompts", {"query": "", "document": "", **prompts})
    for ours, theirs in (
        (embedder.encode_queries, embedder._model.encode_query),
        (embedder.encode_documents, embedder._model.encode_document),
    ):
        expected = np.concatenate([unit(theirs([text])) for text in TEXTS])
        assert np.abs(ours(TEXTS) - expected).max() < 1e-6
    changed = embedder.encode_queries(TEXTS) - embedder.encode_documents(TEXTS)
    assert (np.abs(changed).max() > 0.01) == bool(prompts)
