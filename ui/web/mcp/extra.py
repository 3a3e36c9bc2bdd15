"""What is known without the optional package: whether it is there, and where it is served."""

from importlib.util import find_spec

from index.errors import SettingError

PATH = "mcp"  # below a course


def check_installed(package: str = "mcp") -> None:
    """Raises `SettingError` where the package that `--mcp` needs is not installed."""
    if find_spec(package) is None:
        raise SettingError(
            "--mcp needs a package that is not installed; install it with "
            "`pip install 'pincite[mcp]'`, or serve without --mcp"
        )
