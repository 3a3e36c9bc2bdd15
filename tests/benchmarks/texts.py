"""Generated English-like texts in Markdown; the same seed gives the same texts.

Words are drawn by Zipf's law as Mandelbrot put it, 1 / (rank + 30), so that a search by words meets
frequent and rare ones as it does in prose; sentences have 20 words on average, and a long tail.
"""

from collections.abc import Iterator
from itertools import accumulate, product
from pathlib import Path
from random import Random


def _listed(words: str) -> list[str]:
    return words.split()


_NOUNS = _listed(
    """time year people way day thing world life hand part place case week company system
program question work government number night point home water room mother area money story fact
month lot right study book eye job word business issue side kind head house service friend father
power hour game line end member law car city community name president team minute idea body back
parent face level office door health person art war history party result change morning reason
research girl guy moment air teacher force education river mountain bridge harbour engine treaty
council market forest island valley winter summer journey letter window garden village kingdom
machine theory signal metal copper silver glass paper cotton wheat barley horse cattle vessel
captain soldier farmer doctor painter writer scholar museum library theatre temple tower castle
railway canal road station factory mine field orchard storm flood drought earthquake"""
)
_FIRSTS = _listed(
    """river stone iron water wind corn gold salt sea light night day snow sand oak ash hill
marsh lake moor wood rock bell ship horse sheep goat wolf fox hawk crow star moon sun fire smoke
rain frost clay coal peat wool silk linen glass copper tin lead bread wine beer apple cherry"""
)
_SECONDS = _listed(
    """house mill gate bridge field wall yard keeper maker worker man stead ford wick land
side way path works shed hall loft stone craft dale head mouth bank brook cross market well ridge
hurst combe worth thorpe bury port haven"""
)
_VERBS = _listed(
    """makes takes finds gives tells asks seems feels leaves calls keeps begins helps shows
hears plays runs moves lives believes holds brings writes sits stands loses pays meets includes
continues sets learns changes leads understands watches follows stops creates speaks reads allows
adds spends grows opens walks wins offers remembers considers appears buys waits serves sends
expects builds stays falls cuts reaches kills remains suggests raises passes sells requires reports
decides pulls carried crossed measured divided repaired described founded ruled printed painted"""
)
_ADJECTIVES = _listed(
    """good new first last long great little own other old right big high different small
large next early young important few public bad same able local sure clear certain recent likely
narrow broad quiet bright heavy ancient modern northern southern eastern western royal common cheap
rare costly wooden steep shallow rapid slow careful famous bitter sweet distant nearby fertile"""
)
_DETERMINERS = _listed("the the the the a this its their every another")
_PREPOSITIONS = _listed("in of of to for with on at from by about over after before between under")
_LINKS = _listed("and but while because where which although so")
_PREFIXES = ("", "re", "over", "out", "under", "fore")
_PATTERN = "dansdanpdnldnspdanl"  # which class of word stands after which
_CLAUSES = (0, 4, 11)  # where in the pattern a sentence may begin
_FLATTENS_AT = 30  # Mandelbrot's constant: how many first ranks are about equally frequent


def _classes() -> dict[str, tuple[list[str], list[float]]]:
    """The words of each class with their cumulative weights, most frequent first."""
    compounds = [first + second for first, second in product(_FIRSTS, _SECONDS)]
    Random(0).shuffle(compounds)  # one language, whatever the seed of a text
    return {
        "d": _ranked(_DETERMINERS, flat=True),
        "p": _ranked(_PREPOSITIONS, flat=True),
        "l": _ranked(_LINKS, flat=True),
        "n": _ranked(_NOUNS + compounds),
        "s": _ranked([prefix + verb for prefix in _PREFIXES for verb in _VERBS]),
        "a": _ranked(_ADJECTIVES + [f"{noun}like" for noun in _NOUNS]),
    }


def _ranked(words: list[str], *, flat: bool = False) -> tuple[list[str], list[float]]:
    weights = [1.0 if flat else 1 / (rank + _FLATTENS_AT) for rank in range(1, len(words) + 1)]
    return words, list(accumulate(weights))


class TextGenerator:
    """Makes sentences, texts and questions from one seed."""

    def __init__(self, seed: int) -> None:
        """The same seed makes the same in the same order."""
        self._random = Random(seed)
        self._classes = _classes()

    def sentence(self) -> str:
        """One sentence of 4 to 60 words."""
        length = min(max(round(self._random.lognormvariate(2.9, 0.45)), 4), 60)
        start = self._random.choice(_CLAUSES)
        names = (_PATTERN * 5)[start : start + length]
        drawn = {name: iter(self._drawn(name, names.count(name))) for name in sorted(set(names))}
        words = [next(drawn[name]) for name in names]
        for position in range(length - 1):
            if names[position + 1] == "l":
                words[position] += ","
        words[0] = words[0].capitalize()
        return " ".join(words) + "."

    def heading(self) -> str:
        """Two to four words, each with a capital."""
        classes = "an" if self._random.random() < 0.5 else "anpn"
        return " ".join(self._one(name).capitalize() for name in classes)

    def text(self, sentences: int) -> str:
        """A Markdown text with that many sentences under headings, in paragraphs of 2 to 7."""
        blocks, left = [f"# {self.heading()}"], sentences
        while left > 0:
            if self._random.random() < 0.15:
                blocks.append(f"## {self.heading()}")
            size = min(self._random.randint(2, 7), left)
            blocks.append(" ".join(self.sentence() for _ in range(size)))
            left -= size
        return "\n\n".join(blocks) + "\n"

    def question(self) -> str:
        """A question that holds about six words of the texts."""
        noun, verb, adjective = self._one("n"), self._one("s"), self._one("a")
        other, third = self._one("n"), self._one("n")
        return f"Which {noun} {verb} the {adjective} {other} of the {third} near {self._one('n')}?"

    def _drawn(self, name: str, count: int) -> list[str]:
        words, weights = self._classes[name]
        return self._random.choices(words, cum_weights=weights, k=count)

    def _one(self, name: str) -> str:
        return self._drawn(name, 1)[0]


def texts(seed: int, *, files: int, sentences: int) -> Iterator[tuple[str, str]]:
    """Names and contents of texts with `sentences` sentences each."""
    generator = TextGenerator(seed)
    for number in range(1, files + 1):
        yield f"{seed:02}-{number:04}.md", generator.text(sentences)


def distinct_questions(seed: int, count: int) -> list[str]:
    """That many questions, none twice."""
    generator, found = TextGenerator(seed), dict[str, None]()
    while len(found) < count:
        found[generator.question()] = None
    return list(found)


def write_files(folder: Path, seed: int, *, files: int, bytes_each: int) -> None:
    """Writes Markdown files of about `bytes_each` bytes."""
    folder.mkdir(parents=True)
    generator = TextGenerator(seed)
    for number in range(1, files + 1):
        with (folder / f"text-{number:04}.md").open("w", encoding="utf-8") as file:
            written = 0
            while written < bytes_each:
                written += file.write(generator.text(40) + "\n")
