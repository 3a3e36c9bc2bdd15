"""The numbers and bullets that Word puts in front of paragraphs; the file only says by which rule.

See ECMA-376, part 1, section 17.9.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from index.documents.xml import Element, attribute, elements

_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]  # fmt: skip
_MOST_ROMAN = 4000
BULLET = "•"


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a numbering."""

    form: str  # "decimal", "bullet", "lowerRoman" ...
    text: str  # "%1.%2)": each % is the number of a level, from 1
    start: int


class Numbering:
    """Counts the numbered paragraphs of a document, from its beginning to its end."""

    def __init__(self, root: Element | None) -> None:
        """`root` is the part with the rules; `None` where the document has none."""
        rules: dict[str, dict[int, _Level]] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counter: dict[str, str] = {}  # what a list counts with: lists can share it
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for rule in elements(root, "abstractNum") if root is not None else ():
            rules[attribute(rule, "abstractNumId")] = _levels(rule)
        for number in elements(root, "num") if root is not None else ():
            name, of = attribute(number, "numId"), _value(number, "abstractNumId")
            overrides = list(elements(number, "lvlOverride"))
            self._levels[name] = _overridden(rules.get(of, {}), overrides)
            self._counter[name] = f"own {name}" if overrides else of

    def marker(self, name: str, level: int) -> str:
        """What stands in front of the next paragraph of a list; empty for nothing.

        >>> Numbering(None).marker("1", 0)
        ''
        """
        levels = self._levels.get(name, {})
        if level not in levels:
            return ""
        counts = self._counts[self._counter[name]]
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if levels[level].form == "bullet":
            return BULLET if levels[level].text.strip() else ""

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            if at not in levels:
                return ""
            return formatted(counts.get(at, levels[at].start), levels[at].form)

        return re.sub(r"%(\d)", number, levels[level].text).strip()


def formatted(number: int, form: str) -> str:
    """The number as a list writes it.

    >>> [formatted(14, form) for form in ("decimal", "lowerLetter", "upperRoman", "none")]
    ['14', 'n', 'XIV', '']
    """
    if form == "none":
        return ""
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 9)
        return letters.upper() if form == "upperLetter" else letters
    if form in {"lowerRoman", "upperRoman"} and 0 < number < _MOST_ROMAN:
        roman = ""
        for value, letters in _ROMAN:
            roman += letters * (number // value)
            number %= value
        return roman.upper() if form == "upperRoman" else roman
    return str(number)


def _overridden(levels: dict[int, _Level], overrides: list[Element]) -> dict[int, _Level]:
    """The levels of a list that changes some of its rule's."""
    changed = dict(levels)
    for override in overrides:
        changed |= _levels(override)
        level, start = _whole(attribute(override, "ilvl")), _value(override, "startOverride")
        if start and level in changed:
            changed[level] = replace(changed[level], start=_whole(start))
    return changed


def _levels(rule: Element) -> dict[int, _Level]:
    return {
        _whole(attribute(level, "ilvl")): _Level(
            _value(level, "numFmt") or "decimal",
            _value(level, "lvlText"),
            _whole(_value(level, "start") or "1"),
        )
        for level in elements(rule, "lvl")
    }


def _whole(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else 0


def _value(element: Element, name: str) -> str:
    child = next(elements(element, name), None)
    return "" if child is None else attribute(child, "val")
