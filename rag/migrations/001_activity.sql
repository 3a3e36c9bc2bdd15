-- What use leaves behind. Never edited once released: a change is a new file.

CREATE TABLE feedback (
    id          INTEGER PRIMARY KEY,
    given       TEXT NOT NULL,      -- ISO 8601, whole seconds, in UTC
    question    TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('answered', 'related', 'not_found')),
    verdict     TEXT NOT NULL CHECK (verdict IN
                    ('right', 'wrong place', 'incomplete', 'wrong answer',
                     'should not have answered')),
    signature   TEXT NOT NULL,      -- JSON: what made the answer
    source      TEXT,               -- this and what follows: the first quote's; NULL without one
    version     TEXT,
    start       INTEGER,
    end         INTEGER,
    text        TEXT,
    answer      TEXT                -- NULL where the quote marks no short answer
);
