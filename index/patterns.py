"""Which of the files below a folder are wanted: patterns as in a .gitignore file.

They are read as Git does, because its rules are the best known: `*.pdf` is any such name at any
depth, `week-1` everything in any folder or file of that name, `/week-1` only the one at the top,
and `drafts/**/*.md` what it says. See gitignore(5); a leading `!` means nothing here and is
refused.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wcmatch import glob

from index.errors import SourceError

_FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX


@dataclass(frozen=True, slots=True)
class Patterns:
    """What to take and what to leave out; by default everything is taken."""

    include: tuple[str, ...] = ()  # none: all
    exclude: tuple[str, ...] = ()  # wins over `include`

    def __post_init__(self) -> None:
        """Raises `SourceError` for a pattern that can be none."""
        for pattern in (*self.include, *self.exclude):
            named = pattern.strip("/ ")
            if not named or named.startswith(("!", "#")) or named.endswith("\\"):
                raise SourceError(
                    f"{pattern!r} is no pattern; one such as '*.pdf' or 'drafts/' was expected, "
                    "and what is not wanted goes to --exclude"
                )

    def admits(self, path: str) -> bool:
        """Whether the file at that path, relative to what was added, is wanted.

        >>> course = Patterns(include=("*.md",), exclude=("drafts/",))
        >>> [course.admits(path) for path in ("a/b.md", "a/b.txt", "a/drafts/b.md")]
        [True, False, False]
        """
        return (not self.include or _matches(self.include, path)) and not self.leaves_out(path)

    def leaves_out(self, path: str) -> bool:
        """Whether `exclude` names the path; that of a folder ends with a slash.

        >>> Patterns(exclude=("drafts/",)).leaves_out("a/drafts/")
        True
        """
        return _matches(self.exclude, path)

    def __str__(self) -> str:
        """The options that say the same.

        >>> str(Patterns(include=("*.md",), exclude=("drafts",)))
        "--include '*.md' --exclude drafts"
        """
        return " ".join([*_options("include", self.include), *_options("exclude", self.exclude)])


def _options(name: str, patterns: Iterable[str]) -> list[str]:
    return [f"--{name} {shlex.quote(pattern)}" for pattern in patterns]


def _matches(patterns: tuple[str, ...], path: str) -> bool:
    globs = [each for pattern in patterns for each in _globs(pattern.strip())]
    return glob.globmatch(path, globs, flags=_FLAGS)


def _globs(pattern: str) -> Iterator[str]:
    """The pattern as globs of whole paths: of the file itself, and of all below the folder.

    >>> list(_globs("week-1")), list(_globs("/drafts/"))
    (['**/week-1', '**/week-1/**'], ['drafts/**'])
    """
    name = pattern.rstrip("/")
    whole = name.lstrip("/") if "/" in name else f"**/{name}"
    if not pattern.endswith("/"):
        yield whole
    yield f"{whole}/**"
