"""Files that other programs make: pandoc and LibreOffice, both from Debian."""

import shutil
import subprocess
from pathlib import Path

from tests.support import need

SECONDS = 300


def by_pandoc(source: Path, target: Path, *options: str) -> Path:
    """The target, which pandoc makes of the source; the test is skipped where there is none."""
    need("pandoc", shutil.which("pandoc") is not None, "pandoc is not installed")
    subprocess.run(["pandoc", *options, source, "-o", target], check=True, timeout=SECONDS)
    return target


def by_office(source: Path, target: Path) -> Path:
    """The target, which LibreOffice makes of the source, beside a profile of its own."""
    need("soffice", shutil.which("soffice") is not None, "LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{target.parent}/profile"
    made = target.parent / "made"
    command = ["soffice", profile, "--headless", "--convert-to", target.suffix[1:]]
    subprocess.run(
        [*command, "--outdir", made, source], check=True, capture_output=True, timeout=SECONDS
    )
    (made / source.with_suffix(target.suffix).name).replace(target)
    return target
