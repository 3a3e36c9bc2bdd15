"""Courses on the command line: name one, look it over, link to it."""
