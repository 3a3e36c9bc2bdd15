"""A page of the web as a `Source`, and the two cases in which there is nothing of it to read."""

from dataclasses import dataclass

from index.archives import Archives
from index.documents import FORMATS, Format
from index.errors import SourceError
from index.sources import Refusal, Source
from index.web.visits import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Source):
    """A page as the server sent it."""

    data: bytes
    cited: str  # the address that people are given
    seen: Visit

    @property
    def form(self) -> Format:
        """As the server said."""
        return FORMATS[self.seen.format]

    @property
    def address(self) -> str | None:
        """Its address, or the one that it names for itself on the same host."""
        return self.cited

    @property
    def visit(self) -> Visit | None:
        """What the next run asks with."""
        return self.seen

    def read(self, *, most_bytes: int, archives: Archives) -> bytes:
        """The page's bytes."""
        if len(self.data) > most_bytes:
            raise SourceError(f"has more than {most_bytes / 1e6:,g} MB, which is the most")
        return self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePage(Refusal):
    """A page that did not change since it was read last."""

    @property
    def unchanged(self) -> bool:
        """Yes."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class GonePage(Refusal):
    """A page that the server says is not there any more."""

    @property
    def is_gone(self) -> bool:
        """Yes."""
        return True
