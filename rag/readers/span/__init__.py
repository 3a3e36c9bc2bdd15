"""The span reader: where in a passage the short answer begins and ends, or that it is not there."""
