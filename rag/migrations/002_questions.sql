-- What was asked, where a course keeps it: nothing that says who did.

CREATE TABLE questions (
    id          INTEGER PRIMARY KEY,
    asked       TEXT NOT NULL,      -- ISO 8601, whole minutes, in UTC
    question    TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('answered', 'related', 'not_found')),
    confidence  REAL,               -- 0..1; NULL where nothing calibrates it
    documents   TEXT                -- JSON: the ids it was narrowed to; NULL where it was not
);
CREATE INDEX questions_by_time ON questions (asked);
