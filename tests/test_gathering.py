"""Texts that wait at the same time are embedded together; each gets the vector it gets alone."""

import threading

import numpy as np
import pytest

from index.cores import Cores
from index.embedding import load_embedder
from index.embedding.gathering import GatheringEmbedder
from index.embedding.hashing import HashingEmbedder


class Slow(HashingEmbedder):
    """Keeps the batches it was given; the first waits until the others have come."""

    def __init__(self):
        self.batches = []
        self.may_go_on = threading.Event()
        self.began = threading.Event()

    def encode_documents(self, texts):
        self.batches.append(list(texts))
        self.began.set()
        assert self.may_go_on.wait(30)
        if "poison" in texts:
            raise ValueError("this one cannot be embedded")
        return super().encode_documents(texts)


def asked_at_once(gathering, slow, texts):
    """What each gets, whose texts all wait while the first is embedded; an error instead of it."""
    found = {}

    def ask(text):
        try:
            found[text] = gathering.encode_queries([text])[0]
        except ValueError as error:
            found[text] = error

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    threads[0].start()
    assert slow.began.wait(30)
    for thread in threads[1:]:
        thread.start()
    while len(gathering._queries._waiting) < len(texts) - 1:
        threading.Event().wait(0.001)
    slow.may_go_on.set()
    for thread in threads:
        thread.join(30)
    return found


def test_who_comes_meanwhile_is_embedded_in_the_next_batch():
    slow = Slow()
    texts = ["bees", "ants", "wasps", "flies"]
    found = asked_at_once(GatheringEmbedder(slow, Cores(1)), slow, texts)
    assert [sorted(batch) for batch in slow.batches] == [["bees"], ["ants", "flies", "wasps"]]
    for text in texts:
        assert np.array_equal(found[text], load_embedder("hashing").encode_queries([text])[0])


def test_a_batch_has_at_most_sixteen():
    slow = Slow()
    texts = [f"bees {number}" for number in range(40)]
    asked_at_once(GatheringEmbedder(slow, Cores(1)), slow, texts)
    assert [len(batch) for batch in slow.batches] == [1, 16, 16, 7]


def test_questions_have_half_of_the_cores_and_passages_every_one():
    slow = Slow()
    for kind, expected in (("encode_queries", 2), ("encode_documents", 4)):
        slow.batches.clear()
        slow.may_go_on.clear()
        gathering = GatheringEmbedder(slow, Cores(4))
        threads = []
        for number in range(6):  # one after another, while those before are embedded
            slow.began.clear()
            asking = threading.Thread(target=getattr(gathering, kind), args=([f"bee {number}"],))
            threads.append(asking)
            asking.start()
            if number < expected:
                assert slow.began.wait(30)
        slow.may_go_on.set()
        for thread in threads:
            thread.join(30)
        assert [len(batch) for batch in slow.batches[:expected]] == [1] * expected
        assert sum(map(len, slow.batches)) == 6
        assert len(slow.batches) < 6  # the others came together


def test_a_text_that_cannot_be_embedded_is_only_its_own_error():
    slow = Slow()
    found = asked_at_once(GatheringEmbedder(slow, Cores(1)), slow, ["bees", "ants", "poison"])
    assert isinstance(found["poison"], ValueError)
    assert np.array_equal(found["ants"], load_embedder("hashing").encode_queries(["ants"])[0])


def test_many_texts_of_one_come_in_order_and_none_is_no_work():
    plain = load_embedder("hashing")
    gathering = GatheringEmbedder(plain, Cores(2))
    texts = [f"bees {number % 7} ants {number}" for number in range(50)]
    assert np.array_equal(gathering.encode_documents(texts), plain.encode_documents(texts))
    assert gathering.encode_queries([]).shape == (0, 256)
    assert (gathering.name, gathering.window) == ("hashing", 254)


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "least_cosine"), [("float32", 1), ("bfloat16", 0.9999)])
def test_the_vector_of_a_text_does_not_depend_on_what_comes_with_it(precision, least_cosine):
    """To the bit in float32; matrix tiles of a processor (AMX) round bfloat16 by what they hold."""
    embedder = load_embedder(precision=precision)
    texts = [f"{'bees hum in the lime tree ' * (number % 9)}bee {number}" for number in range(60)]
    together = embedder.encode_documents(texts)
    alone = np.concatenate([embedder.encode_documents([text]) for text in texts])
    backwards = embedder.encode_queries(texts[::-1])[::-1]
    if least_cosine == 1:
        assert np.array_equal(together, alone)
        assert np.array_equal(backwards, together)
    assert (together * alone).sum(axis=1).min() >= least_cosine - 1e-6
    assert (backwards * alone).sum(axis=1).min() >= least_cosine - 1e-6
