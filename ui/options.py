"""The options that several commands share; the names to choose from come from the tables."""

from collections.abc import Callable, Collection
from dataclasses import fields
from pathlib import Path
from typing import Annotated, get_args

import typer

from eval.cases import Mode
from rag.settings import PRECISIONS, Settings, load_settings


def one_of(
    names: Callable[[], Collection[str]], *, or_folder: str | None = None
) -> Callable[[str], str]:
    """A parser that takes only one of the names; they are asked for when there is a value.

    With `or_folder`, what such a folder is called, it takes the path of any folder too.
    """

    def parse(value: str) -> str:
        if value in names() or (or_folder and Path(value).is_dir()):
            return value
        known = ", ".join(names()) + (f", or {or_folder}" if or_folder else "")
        raise typer.BadParameter(f"{value!r} is none of {known}")

    return parse


def settings_of(context: typer.Context) -> Settings:
    """The settings, among them those of the command's options. Raises `SettingError`."""
    names = {field.name for field in fields(Settings)}
    return load_settings({name: context.params[name] for name in names & set(context.params)})


def _readers() -> Collection[str]:
    from rag.readers import READERS

    return READERS


def _fusions() -> Collection[str]:
    from rag.retrieval import FUSIONS

    return FUSIONS


LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="Folder of the library; by default $PINCITE_LIBRARY, then ./library.",
    ),
]
EmbedderOption = Annotated[
    str | None,
    typer.Option(
        "--embedder",
        metavar="NAME",
        help="Model that makes vectors, by name or folder; by default the library's own.",
    ),
]
PrecisionOption = Annotated[
    str | None,
    typer.Option(
        "--precision",
        metavar="NAME",
        parser=one_of(lambda: PRECISIONS),
        help=f"Numbers the embedder computes in: {', '.join(PRECISIONS)}.",
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option("--threads", min=0, metavar="N", help="Threads that compute; 0 takes every core."),
]
ReaderOption = Annotated[
    str | None,
    typer.Option(
        "--reader",
        metavar="NAME",
        parser=one_of(_readers, or_folder="the folder of an extractive reader"),
        help="What finds the answer in the passages, by name or folder.",
    ),
]
FusionOption = Annotated[
    str | None,
    typer.Option(
        "--fusion",
        metavar="NAME",
        parser=one_of(_fusions),
        help="How the searches by meaning and by words become one list.",
    ),
]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        metavar="X",
        help="Score under which nothing is answered; by default the reader's own.",
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Most quotes in one answer.")
]
MegabytesOption = Annotated[
    int | None,
    typer.Option("--max-megabytes", min=1, metavar="N", help="Largest file that is taken."),
]
IncludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--include", metavar="GLOB", help="Take only what matches; can be given several times."
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", metavar="GLOB", help="Leave out what matches, even if it is included."
    ),
]
HostOption = Annotated[
    str | None, typer.Option("--host", metavar="H", help="Address to listen at.")
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, metavar="P", help="Port to listen at; 0 takes any."),
]
RootPathOption = Annotated[
    str | None,
    typer.Option("--root-path", metavar="P", help="Path under which a proxy shows the server."),
]
McpOption = Annotated[
    bool | None,
    typer.Option("--mcp", help="Offer tools to clients of language models, at /c/COURSE/mcp."),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        "--address", metavar="URL", help="Address that readers see, such as https://ask.test."
    ),
]
MetricsPortOption = Annotated[
    int | None,
    typer.Option(
        "--metrics-port", metavar="N", help="Where this machine alone finds figures of the server."
    ),
]
ModeOption = Annotated[
    Mode,
    typer.Option(
        "--mode",
        metavar="open|reading",
        parser=one_of(lambda: get_args(Mode)),
        help="Ask the whole library, or give the reader the right passages.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
