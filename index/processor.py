"""What the processor can do, as far as Linux says it; and what its arithmetic is asked to be."""

import functools
import os
from pathlib import Path

_LIBRARY_SETTING = "MKL_CBWR"  # of Intel's Math Kernel Library: see its conditional reproducibility


@functools.cache
def features() -> frozenset[str]:
    """Words that /proc/cpuinfo has of the processor; none where there is no such file."""
    try:
        return frozenset(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return frozenset()


def multiplies_bfloat16() -> bool:
    """Whether it computes in bfloat16."""
    return "avx512_bf16" in features()


@functools.cache
def compute_rows_alike() -> None:
    """Has a text's numbers in float32 be the same bits whatever texts are computed along with it.

    To be called before torch computes for the first time. Whoever has set it already has the say.
    In bfloat16 a processor with matrix tiles (AMX) still rounds otherwise in another company.
    """
    if "GenuineIntel" not in features():
        return
    for feature, branch in (("avx512f", "AVX512,STRICT"), ("avx2", "AVX2,STRICT")):
        if feature in features():
            os.environ.setdefault(_LIBRARY_SETTING, branch)
            return
