from index.embedding import load_embedder
from index.records import Chunk, Found, Hit
from index.sentences import sentence_spans
from rag.readers.sentence import SentenceReader


def hit(text, *, number=1, cosine=0.5, start=0):
    spans = tuple(
        (first + start, last + start) for first, last in sentence_spans(text, 0, len(text))
    )
    chunk = Chunk(number, f"document {number}", start, start + len(text), text, spans)
    return Hit(chunk, cosine, {"vectors": Found(number, cosine)})


def read(question, *hits, threshold=None):
    return SentenceReader(load_embedder("hashing"), threshold).read(question, hits)


def claimed(question, *hits, threshold=0.5):
    return [claim.text for claim in read(question, *hits, threshold=threshold).claims]


def test_the_sentence_that_has_the_words_is_claimed_with_document_offsets():
    passage = hit("It rained. The treaty was signed in Paris. Nobody came.", start=100)
    (claim, *_) = read("Where was the treaty signed?", passage).claims
    assert (claim.text, claim.start, claim.end) == (
        "The treaty was signed in Paris.",
        111,
        142,
    )


def test_candidates_of_all_passages_are_ranked_together():
    first = hit("Bees hum. Bees sleep.", number=1)
    second = hit("The treaty was signed. It rained.", number=2)
    assert claimed("Who signed the treaty?", first, second)[0] == "The treaty was signed."


def test_endings_of_words_do_not_matter():
    passage = hit("Nothing happened then. They ratified several treaties.")
    assert claimed("Which treaty was ratifying?", passage)[0] == "They ratified several treaties."


def test_a_neighbour_joins_that_adds_words_of_the_question():
    passage = hit("Fleming worked in London. He discovered penicillin in 1928. It rained a lot.")
    assert claimed("When was penicillin discovered by Fleming?", passage)[0] == (
        "Fleming worked in London. He discovered penicillin in 1928."
    )


def test_a_quote_has_three_sentences_at_most():
    passage = hit("One alpha. Two beta. Three gamma. Four delta. Five epsilon.")
    (longest, *_) = claimed("alpha beta gamma delta epsilon?", passage)
    assert len(sentence_spans(longest, 0, len(longest))) == 3


def test_it_abstains_below_its_threshold_and_says_how_near_it_came():
    near, far = hit("The treaty was long."), hit("Bees hum.", cosine=0.0)
    assert read("Who signed the treaty?", near, threshold=9.0) == read(
        "Who signed the treaty?", near, threshold=8.0
    )
    draft = read("Who signed the treaty?", near, threshold=9.0)
    assert (draft.claims, draft.related) == ((), True)
    draft = read("Who signed the treaty?", far)
    assert (draft.claims, draft.related) == ((), False)


def test_overlapping_passages_give_a_sentence_once():
    text = "It rained. The treaty was signed."
    passages = [hit(text), hit(text)]
    assert claimed("Who signed the treaty?", *passages).count("The treaty was signed.") == 1


def test_no_passages_no_claims():
    assert read("Who signed the treaty?").claims == ()


def test_signs_without_words_are_no_answer():
    assert claimed("What is ---?", hit("--- *** ---"), threshold=-9.0) == []
