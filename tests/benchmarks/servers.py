"""Servers as they run, each a process of its own, and the processor time that they take.

Whoever asks them goes first on the cores that both share, so as to ask when it is due and to hear
at once what is answered, as one elsewhere would.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVE = "import sys; from ui.main import main; sys.exit(main(['serve', '--port', '0']))"
_ROOT = Path(__file__).parent.parent.parent
_BEHIND = 10  # how nice a server is to whoever asks it


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that answers."""

    origin: str  # "http://127.0.0.1:PORT"
    pid: int

    def processor_seconds(self) -> float:
        """What all its threads have computed until now; proc_pid_stat(5), Linux alone has it."""
        after_its_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, after_its_name[11:13])) / os.sysconf("SC_CLK_TCK")  # user and system


@contextmanager
def started(arguments: Sequence[str], *, folder: Path) -> Iterator[Serving]:
    """A Python process in a folder, once it has said "... answers at ORIGIN/...".

    Raises `RuntimeError` where it ends before that.
    """
    environment = os.environ | {
        "PINCITE_LOG": str(folder / "pincite.log"),
        "PYTHONPATH": str(_ROOT),
    }
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            ["nice", "-n", str(_BEHIND), sys.executable, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environment,
        ) as process,
    ):
        try:
            yield Serving(_origin(process), process.pid)
        except RuntimeError as error:
            said.seek(0)
            raise RuntimeError(f"{error}: {said.read()[-2_000:]}") from error
        finally:
            process.terminate()


def _origin(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if " answers at " in line:
            scheme, _, rest = line.partition(" answers at ")[2].partition("://")
            return f"{scheme}://{rest.partition('/')[0].strip()}"
    raise RuntimeError("the server ended before it answered")
