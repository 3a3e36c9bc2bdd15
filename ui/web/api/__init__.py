"""The API of a course, for programs: JSON under `/c/COURSE/api/v1/`, and what describes it."""
