"""Blocks of an HTML tree put into a reading text: what a browser shows, read from top to bottom.

Does not apply style sheets: what only those hide or move is read as it stands in the file.
"""

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborNode

from index.documents.building import TextBuilder, one_line
from index.documents.raised import raised

CHROME = frozenset({"nav", "footer"})  # what stands around a page's own text
_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form header hgroup hr html legend li main menu nav ol optgroup p
    search section summary table tbody td tfoot th thead tr ul""".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ol", "ul", "menu"})
_UNREAD = frozenset(
    """area audio button canvas col colgroup datalist del embed frame frameset head iframe input
    link map meta meter noembed noframes noscript object option progress rp rt s script select
    strike style svg template textarea title track video -comment""".split()
)
_UNREAD_ROLES = frozenset(
    "alertdialog dialog menu menubar navigation search toolbar contentinfo doc-backlink".split()
)
_UNSEEN_CLASSES = frozenset(
    "sr-only visually-hidden screen-reader-text noprint mw-editsection".split()
)
_AROUND_PAGES = frozenset({"header", "footer"})  # titles that LibreOffice gives to what it repeats
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FORMULA = re.compile(r"\b(?:math|tex|latex|formula|equation)", re.IGNORECASE)
_STYLED = re.compile(r"\{\\(?:display|text)style (.*)\}")
_NOTE_LINKS = frozenset({"doc-noteref", "noteref", "sdfootnotesym", "sdendnotesym"})
_PERMALINK = re.compile(r"[¶#§🔗\s]*")  # what stands in the link beside a heading
_PICTURES = frozenset({"img", "svg", "picture", "a"})
_WITH_IDS = "[id], a[name]"
_WITHIN_A_CELL = ", ".join(["table", "ul", "ol", "pre", "dl", *_HEADINGS])
_MOST_CELLS_TO_LOOK_INTO = 400


def add_blocks(
    root: LexborNode,
    text: TextBuilder,
    *,
    unread: frozenset[str] = CHROME,
    anchors: bool = True,
    chapters: Mapping[str, str] | None = None,
) -> None:
    """Adds what is to be read below `root`; elements named in `unread` are left out.

    `anchors` says whether ids become marks: where several pages make one text they lead nowhere.
    `chapters` are the labels of those that begin at an element, by its id: with the block that it
    is or stands in, or with the next one where it is left out.
    """
    walk = _Walk(text, unread | _UNREAD, anchors=anchors, chapters=chapters or {})
    walk.into(root)
    walk.end_block()


def ids_below(root: LexborNode) -> frozenset[str]:
    """The ids of the elements below `root`, and those that older pages give as a name."""
    # by its place in memory: two elements are compared by all that is in them
    named = (each for each in root.css(_WITH_IDS) if each.mem_id != root.mem_id)
    return frozenset(id for each in named for id in _ids(each, each.tag or ""))


class _Walk:
    """A way through a tree, with the words of the block that was begun."""

    def __init__(
        self,
        text: TextBuilder,
        unread: frozenset[str],
        *,
        anchors: bool,
        chapters: Mapping[str, str],
    ) -> None:
        self._text, self._unread, self._anchors = text, unread, anchors
        self._chapters = dict(chapters)  # that have not begun
        self._words: list[str] = []
        self._marker = ""  # of the list item that begins
        self._lists = 0  # around here

    def into(self, node: LexborNode) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self._words.append(_collapsed(child.text_content or ""))
            elif _is_unread(child, tag, self._unread):
                self._begin_chapters(child)
            else:
                self._element(child, tag)

    def end_block(self) -> None:
        """What was gathered becomes a paragraph."""
        words = "".join(self._words).strip(" \n")
        self._words.clear()
        if words:
            for number, part in enumerate(re.split(r"\n\s*\n", words)):  # two line breaks
                lead = self._marker if number == 0 else ""
                self._text.paragraph(lead + part.strip(), tight=self._lists > 0)
            self._marker = ""

    def _element(self, node: LexborNode, tag: str) -> None:
        block = tag in _BLOCKS or tag in _HEADINGS or tag in {"pre", "hr"}
        if block:
            self.end_block()
        if self._anchors or self._chapters:
            self._heed_ids(node, tag)
        if tag in _HEADINGS:
            self._text.heading(_heading(node, self._unread), _HEADINGS[tag])
        elif tag == "pre":
            self._begin_chapters(node)
            self._text.preformatted(self._marker + "".join(_words(node, self._unread, pre=True)))
            self._marker = ""
        elif tag in _LISTS:
            self._list(node, tag)
        elif tag == "table" and _holds_data(node):
            self._rows(node)
        elif (words := _said_by(node, tag, self._unread)) is not None:
            self._begin_chapters(node)
            self._words.append(words)
        else:
            self.into(node)
        if block:
            self.end_block()

    def _heed_ids(self, node: LexborNode, tag: str) -> None:
        """Marks what the element's ids stand for, of a heading also those in it."""
        for each in node.css(_WITH_IDS) if tag in _HEADINGS else [node]:
            for id in _ids(each, each.tag or ""):
                if self._anchors:
                    self._text.anchor(id)
                self._begin_chapter(id)

    def _begin_chapters(self, node: LexborNode) -> None:
        """Begins those of the ids of an element that is not gone through, and of all within it."""
        for each in node.css(_WITH_IDS) if self._chapters else ():
            for id in _ids(each, each.tag or ""):
                self._begin_chapter(id)

    def _begin_chapter(self, id: str) -> None:
        if id in self._chapters:
            self._text.chapter(self._chapters.pop(id))

    def _list(self, node: LexborNode, tag: str) -> None:
        """The items, each with its bullet or number."""
        number = _whole(node.attributes.get("start")) or 1
        self._lists += 1
        for child in node.iter(include_text=True):
            name = child.tag or ""
            if name == "-text":
                self._words.append(_collapsed(child.text_content or ""))
                continue
            if _is_unread(child, name, self._unread):
                self._begin_chapters(child)
                continue
            if name == "li":
                self.end_block()  # what stands between the items has no marker
                number = _whole(child.attributes.get("value")) or number
                self._marker = f"{number}. " if tag == "ol" else "• "
                number += 1
            self._element(child, name)
        self._marker = ""
        self._lists -= 1

    def _rows(self, table: LexborNode) -> None:
        """A paragraph for each row, a bar between its cells."""
        for row in table.css("caption, tr"):
            self._begin_chapters(row)
            if _is_unread(row, row.tag or "", self._unread):
                continue
            cells = [row] if row.tag == "caption" else [*row.iter()]
            words = [one_line("".join(_words(cell, self._unread))) for cell in cells]
            if any(words):
                self._text.paragraph(" | ".join(words), tight=row.tag == "tr")


def _words(node: LexborNode, unread: frozenset[str], *, pre: bool = False) -> Iterator[str]:
    """All that is to be read within an element, blocks in it parted by a blank."""
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            yield child.text_content or "" if pre else _collapsed(child.text_content or "")
        elif not _is_unread(child, tag, unread):
            words = _said_by(child, tag, unread)
            around = " " if tag in _BLOCKS or tag in _HEADINGS else ""
            yield around
            yield "".join(_words(child, unread, pre=pre)) if words is None else words
            yield around


def _said_by(node: LexborNode, tag: str, unread: frozenset[str]) -> str | None:
    """What an element is read as that is more than its words; `None` for any other."""
    if tag == "br":
        return "\n"
    if tag == "img":
        about = f"{node.attributes.get('class')} {node.attributes.get('src')}"
        return node.attributes.get("alt") or "" if _FORMULA.search(about) else ""
    if tag == "math":
        return _formula(node)
    if tag == "sup":
        return raised("".join(_words(node, unread)))
    if tag == "a" and _leads_to_a_note(node):
        return raised("".join(_words(node, unread)))
    if tag == "q":
        return f"“{''.join(_words(node, unread)).strip()}”"
    return None


def _leads_to_a_note(node: LexborNode) -> bool:
    """Whether a link is the number of a note that nothing else raises."""
    kinds = {node.attributes.get(name) for name in ("role", "epub:type", "class")}
    if kinds.isdisjoint(_NOTE_LINKS):
        return False
    around = node.parent
    return node.css_first("sup") is None and (around is None or around.tag != "sup")


def _formula(node: LexborNode) -> str:
    """A formula as it was typed, where the page keeps that; else the signs in it."""
    typed = node.css_first("annotation[encoding='application/x-tex']")
    words = node.attributes.get("alttext") or (typed.text() if typed else "")
    words = one_line(words or node.text(separator=" "))
    styled = _STYLED.fullmatch(words)
    return styled[1] if styled else words


def _heading(node: LexborNode, unread: frozenset[str]) -> str:
    """The words of a heading, without the link to itself and the buttons beside them.

    Where a button has all its words, as in what can be folded up, they are the button's; beside a
    picture it is one that does something with it.
    """
    for link in node.css("a"):
        if _PERMALINK.fullmatch(link.text()):
            link.decompose()
    words = "".join(_words(node, unread))
    if words.strip() or any(child.tag in _PICTURES for child in node.iter()):
        return words
    return "".join(_words(node, unread - {"button"}))


def _is_unread(node: LexborNode, tag: str, unread: frozenset[str]) -> bool:
    if tag in unread or tag.startswith("-"):
        return True
    attributes = node.attributes
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (tag == "div" and attributes.get("title") in _AROUND_PAGES)
        or (attributes.get("role") or "").strip().lower() in _UNREAD_ROLES
        or not _UNSEEN_CLASSES.isdisjoint((attributes.get("class") or "").split())
        or _HIDDEN.search(attributes.get("style") or "") is not None
    )


def _ids(node: LexborNode, tag: str) -> Iterator[str]:
    attributes = node.attributes
    named = {attributes.get("id"), attributes.get("name") if tag == "a" else None}
    yield from (name for name in named if name)


def _holds_data(table: LexborNode) -> bool:
    """Whether a table is one, and not a way to put blocks beside each other."""
    cells = table.css("td, th")[:_MOST_CELLS_TO_LOOK_INTO]
    return len(table.css("tr")) > 0 and not any(
        cell.css_first(_WITHIN_A_CELL) or len(cell.css("p")) > 1 for cell in cells
    )


def _collapsed(text: str) -> str:
    return re.sub(r"[ \t\n\r\f]+", " ", text)


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text) else None
