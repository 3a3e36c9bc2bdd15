"""The JSON that scripts rely on."""

import json

from index.errors import LibraryError
from index.records import Chunk, Document, Found, Hit, Mark
from rag.answer import Answer, Quote
from rag.verifying.edits import Edit
from rag.verifying.verified import StandingPlace, Verified
from ui.addresses import Site
from ui.contract import answer_json, selectors, verification_json

TEXT = "# Tides\n\nThe Moon pulls. Spring tides are the highest 🌊. Neap tides are low.\n"
START, END = TEXT.index("Spring"), TEXT.index(" Neap")
ANSWER_START = TEXT.index("highest")
MARKS = (Mark(0, 7, "heading", "Tides", 1), Mark(9, len(TEXT) - 1, "paragraph"))
DOCUMENT = Document("tides-1", "v1", "Tides", "tides.md", TEXT, MARKS)
QUOTE = Quote(
    document_id="tides-1",
    version="v1",
    title="Tides",
    source="tides.md",
    place=DOCUMENT.place(START, END),
    start=START,
    end=END,
    text=TEXT[START:END],
    score=0.12345678,
    answer=(ANSWER_START, ANSWER_START + 7),
)
PLACE = {
    "label": "Tides, paragraph 1, line 3",
    "headings": ["Tides"],
    "paragraph": 1,
    "line": 3,
    "page": None,
    "page_number": None,
    "slide": None,
    "notes": False,
    "cell": None,
    "time": None,
    "speaker": None,
    "chapter": None,
    "reference": None,
    "anchor": None,
}
CHUNK = Chunk(7, "tides-1", 9, len(TEXT) - 1, TEXT[9:-1], ((9, 24),))
HIT = Hit(CHUNK, 1.5, {"vectors": Found(1, 0.75), "words": Found(2, 3.25)})


class Shelf:
    """Documents by id, as a snapshot of a library has them."""

    def __init__(self, *documents: Document) -> None:
        self.by_id = {document.id: document for document in documents}

    def document(self, document_id: str) -> Document:
        if document_id not in self.by_id:
            raise LibraryError(f"no {document_id}")
        return self.by_id[document_id]


def answered(quotes: tuple[Quote, ...] = (QUOTE,), hits: tuple[Hit, ...] = (HIT,)) -> Answer:
    return Answer(
        question="Which tides are highest?",
        status="answered" if quotes else "related",
        text=None,
        confidence=None,
        quotes=quotes,
        hits=hits,
        signature={"reader": "sentence"},
        seconds={"retrieval": 0.012345678},
    )


def test_an_answer_has_the_fields_of_the_contract() -> None:
    assert answer_json(answered(), Shelf(DOCUMENT)) == {
        "schema_version": 1,
        "question": "Which tides are highest?",
        "status": "answered",
        "answer": None,
        "confidence": None,
        "signature": {"reader": "sentence"},
        "seconds": {"retrieval": 0.0123},
        "quotes": [
            {
                "text": "Spring tides are the highest 🌊.",
                "start": 25,
                "end": 56,
                "answer": {"start": 46, "end": 53},
                "score": 0.123457,
                "url": "/c/default/read/tides-1?v=v1&char=25,56&answer=46,53#quote",
                "original": None,
                "document": {
                    "id": "tides-1",
                    "version": "v1",
                    "title": "Tides",
                    "source": "tides.md",
                },
                "place": PLACE,
                "selectors": [
                    {"type": "TextPositionSelector", "start": 25, "end": 56},
                    {
                        "type": "TextQuoteSelector",
                        "exact": "Spring tides are the highest 🌊.",
                        "prefix": "# Tides\n\nThe Moon pulls. ",
                        "suffix": " Neap tides are low.\n",
                    },
                ],
            }
        ],
        "passages": [
            {
                "text": TEXT[9:-1],
                "start": 9,
                "end": len(TEXT) - 1,
                "score": 1.5,
                "document": {
                    "id": "tides-1",
                    "version": "v1",
                    "title": "Tides",
                    "source": "tides.md",
                },
                "place": PLACE,
                "found_by": {
                    "vectors": {"rank": 1, "score": 0.75},
                    "words": {"rank": 2, "score": 3.25},
                },
            }
        ],
    }


def test_offsets_of_the_json_slice_the_document_after_a_round_trip() -> None:
    quote = json.loads(json.dumps(answer_json(answered(), Shelf(DOCUMENT))))["quotes"][0]
    assert TEXT[quote["start"] : quote["end"]] == quote["text"]
    assert TEXT[quote["answer"]["start"] : quote["answer"]["end"]] == "highest"


def test_context_is_left_out_where_the_document_has_changed() -> None:
    changed = Document("tides-1", "v2", "Tides", "tides.md", "another text altogether")
    contract = answer_json(answered(), Shelf(changed))
    words = contract["quotes"][0]["selectors"][1]
    assert (words["exact"], words["prefix"], words["suffix"]) == (QUOTE.text, "", "")
    assert contract["passages"] == []


def test_a_document_that_was_removed_leaves_its_checked_quote() -> None:
    contract = answer_json(answered(), Shelf())
    assert contract["quotes"][0]["text"] == QUOTE.text
    assert contract["passages"] == []


def test_without_quotes_the_passages_are_still_there() -> None:
    contract = answer_json(answered(quotes=()), Shelf(DOCUMENT))
    assert contract["status"] == "related"
    assert contract["quotes"] == []
    assert [passage["start"] for passage in contract["passages"]] == [9]


def test_context_is_at_most_32_characters_on_either_side() -> None:
    text = "a" * 40 + "QUOTE" + "b" * 40
    _, words = selectors(40, 45, "QUOTE", text)
    assert (words["prefix"], words["suffix"]) == ("a" * 32, "b" * 32)


def test_a_verification_has_the_fields_of_the_contract() -> None:
    place = StandingPlace(
        document_id="tides-1",
        version="v1",
        title="Tides",
        source="tides.md",
        place=DOCUMENT.place(START, END),
        start=START,
        end=END,
        text=TEXT[START:END],
        quoted=(3, 9),
        exact=False,
    )
    edits = (Edit("removed", "highest", (5, 5), (46, 53)), Edit("inserted", "x", (5, 6), (53, 53)))
    altered = Verified(3, 9, "quoted", "altered", (place,), 1, 2 / 3, edits, ("tides-1",))
    absent = Verified(20, 24, "none", "absent")
    assert verification_json([altered, absent], site=Site(root_path="/x")) == {
        "schema_version": 1,
        "quotations": [
            {
                "text": "quoted",
                "start": 3,
                "end": 9,
                "kind": "altered",
                "ratio": 0.666667,
                "attributed_to": ["tides-1"],
                "count": 1,
                "places": [
                    {
                        "text": "Spring tides are the highest 🌊.",
                        "start": 25,
                        "end": 56,
                        "exact": False,
                        "quoted": {"start": 3, "end": 9},
                        "url": "/x/c/default/read/tides-1?v=v1&char=25,56#quote",
                        "document": {
                            "id": "tides-1",
                            "version": "v1",
                            "title": "Tides",
                            "source": "tides.md",
                        },
                        "place": PLACE,
                    }
                ],
                "edits": [
                    {
                        "kind": "removed",
                        "text": "highest",
                        "quoted": {"start": 5, "end": 5},
                        "source": {"start": 46, "end": 53},
                        "marked": False,
                    },
                    {
                        "kind": "inserted",
                        "text": "x",
                        "quoted": {"start": 5, "end": 6},
                        "source": {"start": 53, "end": 53},
                        "marked": False,
                    },
                ],
            },
            {
                "text": "none",
                "start": 20,
                "end": 24,
                "kind": "absent",
                "ratio": None,
                "attributed_to": [],
                "count": 0,
                "places": [],
                "edits": [],
            },
        ],
    }
