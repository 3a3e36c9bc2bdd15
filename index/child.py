"""A script: a module of ours in a process that may know other packages by the names of ours.

Run it by its path, with `python -P`. A folder that we are run from may have an `eval` or an `index`
of its own, and it may stand on the import path before ours, or have been imported when Python
started; here those names mean the packages beside this file. The first argument is the module whose
`main` is run, the others are folders to look for other packages in, after all that Python knows
itself.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

HOME = str(Path(__file__).parent.parent)
OURS = ("index", "rag", "eval", "ui")


class OwnPackages:
    """Finds our packages where this file is, and nothing else anywhere."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of ours; `None` for any other."""
        if name.partition(".")[0] not in OURS:
            return None
        return PathFinder.find_spec(name, [HOME] if path is None else path, target)


def put_ours_first(folders: Sequence[str] = ()) -> None:
    """From now on our names mean our packages; `folders` are the last that others come from."""
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.meta_path.insert(0, OwnPackages)
    sys.path += [folder for folder in folders if folder not in sys.path]


if __name__ == "__main__":
    put_ours_first(sys.argv[2:])
    import_module(sys.argv[1]).main()
