"""The errors that Pincite raises on purpose; each message names what, which value and what to do.

    PinciteError                 a user's error: one plain line, exit code 1
    ├── SourceError              a file or folder cannot be read as a text
    │   └── AddressError             an address on the web may not be asked
    ├── QuestionError            a question is empty or too long
    ├── QuotationError           there is no quotation to check, or too much
    ├── SettingError             a setting has a value that it cannot have
    ├── TooSlowError             an answer takes longer than it may
    ├── GivenUpError             nobody waits for an answer any more
    ├── SuiteError               a suite of questions cannot be read
    └── LibraryError             the library on disk
        ├── LibraryNotFoundError     there is none at that place
        ├── LibraryMismatchError     it was written by another embedder or a newer format
        ├── LibraryBusyError         another process is writing to it
        └── LibraryDamagedError      what is stored contradicts itself

Anything else that is raised is a bug: exit code 70, its traceback in the log.
"""


class PinciteError(Exception):
    """Something the user can mend; the message is shown as it stands, on one line."""


class SourceError(PinciteError):
    """A file or folder that cannot be read as a text."""


class AddressError(SourceError):
    """An address on the web that may not be asked."""


class QuestionError(PinciteError):
    """A question that cannot be asked."""


class QuotationError(PinciteError):
    """A text whose quotations cannot be checked."""


class SettingError(PinciteError):
    """A setting with a value that it cannot have."""


class TooSlowError(PinciteError):
    """An answer that was not found in the time it may take."""


class GivenUpError(PinciteError):
    """An answer that nobody waits for any more."""


class SuiteError(PinciteError):
    """A suite of questions that cannot be read."""


class LibraryError(PinciteError):
    """Something about the library on disk."""


class LibraryNotFoundError(LibraryError):
    """No library stands at the place that was named."""


class LibraryMismatchError(LibraryError):
    """The library was written by another embedder or by a newer format."""


class LibraryBusyError(LibraryError):
    """Another process is writing to the library."""


class LibraryDamagedError(LibraryError):
    """What the library stores contradicts itself."""
