"""Where the `pincite` command starts: runs it and turns whatever is raised into an exit code."""

import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

from index.errors import PinciteError
from rag.settings import Settings, load_settings
from ui.exit_codes import BROKEN_PIPE, BUG, DONE, INTERRUPTED, USAGE, USER_ERROR

MACHINE_SAYS_NO = {  # the user's to mend, though it comes as an OSError
    errno.EACCES,
    errno.EPERM,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EMFILE,
    errno.EISDIR,
    errno.ENAMETOOLONG,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, by default the process's own; return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _never_fail_to_print()
    try:
        return _run(arguments)
    except BrokenPipeError:
        _drop_stdout()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except PinciteError as error:
        return _tell(str(error), USER_ERROR)
    except OSError as error:
        if error.errno in MACHINE_SAYS_NO:
            return _tell(f"{error.filename or 'the output'}: {error.strerror}", USER_ERROR)
        return _log_bug(error)
    except Exception as error:  # nobody foresaw it: that is what a bug is
        return _log_bug(error)


def _run(arguments: Sequence[str]) -> int:
    import typer

    from ui.cli import app

    command = typer.main.get_command(app)
    try:
        with command.make_context("pincite", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as end:
        code = end.exit_code
    except typer.TyperException as error:
        code = _tell(f"{error.format_message().rstrip('.')}; see pincite --help", USAGE)
    else:
        code = DONE
    sys.stdout.flush()
    return code


def _tell(message: str, code: int) -> int:
    from ui.console import complain

    complain(message)
    return code


def _log_bug(error: Exception) -> int:
    log = _settings().log
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC).isoformat()} pincite failed\n")
            traceback.print_exception(error, file=file)
    except OSError:  # the log cannot be written: what happened must not be lost
        traceback.print_exception(error)
        return _tell("this is a bug in Pincite; please report it with the lines above", BUG)
    name = type(error).__name__
    return _tell(f"this is a bug in Pincite ({name}: {error}); its traceback is in {log}", BUG)


def _settings() -> Settings:
    try:
        return load_settings()
    except PinciteError:
        return Settings()


def _never_fail_to_print() -> None:
    """Let characters that the terminal's encoding lacks come out as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def _drop_stdout() -> None:
    """Point stdout at nothing, so that Python does not trip over it again on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
