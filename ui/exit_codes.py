"""The exit codes of the `pincite` command, which scripts rely on."""

DONE = 0  # for `ask`: answered
USER_ERROR = 1  # one plain line on stderr; also a refused file, damage found, a case that failed
USAGE = 2
NO_ANSWER = 3  # of `ask`
UNFAITHFUL = 3  # of `verify`: a quotation is neither exact nor exact but for typography
GATE_BROKEN = 4  # of `eval`: a figure is not what was asked for
BUG = 70  # its traceback is in the log
INTERRUPTED = 130  # Ctrl-C
BROKEN_PIPE = 141  # the reader of stdout went away; every tool in a pipe ends so
