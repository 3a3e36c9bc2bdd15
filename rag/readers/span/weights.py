"""The file of weights that our recipe writes, checked before anything is loaded from it."""

from pathlib import Path

from index.embedding.transformer import sha256_of
from index.errors import SettingError
from rag.readers.span.rounding import SCALE
from rag.readers.span.spans import MOST_TOKENS

FILE_NAME = "model.safetensors"
_HIDDEN, _INNER, _LAYERS = 384, 1536, 6  # of the bundled embedder
_PAIRED = 64
_TYPES = ("F32", "F16", "BF16", "I8")  # the last is of matrices alone, a scale beside each

Shapes = dict[str, tuple[int, ...]]


def expected_shapes() -> Shapes:
    """The shape of every tensor that training changes, by name.

    >>> expected_shapes()["scores.weight"], len(expected_shapes())
    ((2, 384), 101)
    """
    shapes: Shapes = {"scores.weight": (2, _HIDDEN), "scores.bias": (2,), "length": (MOST_TOKENS,)}
    shapes |= {f"{part}.weight": (_PAIRED, _HIDDEN) for part in ("first", "last")}
    for layer in range(_LAYERS):
        prefix = f"encoder.encoder.layer.{layer}."
        for part, outputs, inputs in (
            ("attention.self.query", _HIDDEN, _HIDDEN),
            ("attention.self.key", _HIDDEN, _HIDDEN),
            ("attention.self.value", _HIDDEN, _HIDDEN),
            ("attention.output.dense", _HIDDEN, _HIDDEN),
            ("intermediate.dense", _INNER, _HIDDEN),
            ("output.dense", _HIDDEN, _INNER),
        ):
            shapes[f"{prefix}{part}.weight"] = (outputs, inputs)
            shapes[f"{prefix}{part}.bias"] = (outputs,)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{prefix}{part}.weight"] = shapes[f"{prefix}{part}.bias"] = (_HIDDEN,)
    return shapes


def check_hash(path: Path, sha256: str) -> None:
    """Nothing. Raises `SettingError` where the file is missing or has another SHA-256."""
    try:
        found = sha256_of([path])
    except OSError as error:
        raise SettingError(
            f"{path}: the weights of the reader cannot be read ({error.strerror}); "
            "put the file back, or name another reader"
        ) from error
    if found != sha256:
        raise SettingError(
            f"{path} has the SHA-256 {found[:12]}… and {path.stat().st_size:,} bytes, and "
            f"{sha256[:12]}… was expected: it was changed or cut short; take the file that came "
            "with its reader.json"
        )


def check_tensors(path: Path) -> None:
    """Nothing. Raises `SettingError` where the file does not hold our network's weights."""
    found, types = _tensors_in(path)
    expected = expected_shapes()
    rows = {name: shape[0] for name, shape in expected.items() if types.get(name) == "I8"}
    expected |= {name + SCALE: (count,) for name, count in rows.items()}
    for name, shape in expected.items():
        if name not in found:
            raise SettingError(
                f"{path} lacks the weights {name!r}: it is no span reader on the bundled embedder; "
                "name a folder that train-reader wrote"
            )
        if found[name] != shape:
            raise SettingError(
                f"{path}: {name!r} has the shape {found[name]}, and {shape} was expected; "
                "name a folder that train-reader wrote"
            )
    if unknown := sorted(set(found) - set(expected)):
        raise SettingError(
            f"{path} has weights that no span reader on the bundled embedder has, such as "
            f"{unknown[0]!r}; name a folder that train-reader wrote"
        )


def _tensors_in(path: Path) -> tuple[Shapes, dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  # no dict
            types = {name: part.get_dtype() for name, part in slices.items()}
            shapes = {name: tuple(part.get_shape()) for name, part in slices.items()}
    except (SafetensorError, OSError) as error:
        raise SettingError(
            f"{path} is no safetensors file, or is cut short ({error}); "
            "take the file that came with its reader.json"
        ) from error
    for name, kind in types.items():
        if kind not in _TYPES or (kind == "I8" and len(shapes[name]) < 2):
            raise SettingError(
                f"{path}: {name!r} has numbers of type {kind}, and one of {', '.join(_TYPES)} was "
                "expected; name a folder that train-reader wrote"
            )
    return shapes, types
