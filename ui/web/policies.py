"""The headers that protect a page: what it may load, and who may frame it.

A course says which pages may frame it; where it names none, only its own may.
"""

from rag.courses import Course

_CHAT = (  # what Gradio's page takes; FINDINGS: nothing less will do
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)
_READING = (
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers_for(course: Course | None) -> dict[str, str]:
    """What every response of a course has, or of the server itself where it is none's.

    >>> headers_for(None)["X-Frame-Options"]
    'SAMEORIGIN'
    """
    headers = {"Content-Security-Policy": _policy(_CHAT, course), **_ALWAYS}
    if not course or not course.origins:  # it knows no lists, so it would keep the listed out too
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return headers


def reading_policy(course: Course | None) -> str:
    r"""The content security policy of our own pages, which need next to nothing.

    >>> from pathlib import Path
    >>> tides = Course("tides", Path("tides"), origins=("https://moodle.test",))
    >>> reading_policy(tides).rpartition("; ")[2]
    "frame-ancestors 'self' https://moodle.test"
    """
    return _policy(_READING, course)


def _policy(parts: tuple[str, ...], course: Course | None) -> str:
    origins = course.origins if course else ()
    return "; ".join((*parts, " ".join(("frame-ancestors 'self'", *origins))))
