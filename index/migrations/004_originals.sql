-- The files that texts were read from, where their pages can be looked at, and where on these the
-- characters of the text stand.

CREATE TABLE originals (
    id          INTEGER PRIMARY KEY,
    hash        TEXT NOT NULL UNIQUE,   -- SHA-256 of the bytes
    data        BLOB NOT NULL
);
ALTER TABLE documents ADD COLUMN original TEXT REFERENCES originals (hash);
CREATE INDEX documents_of_original ON documents (original) WHERE original IS NOT NULL;

CREATE TABLE sheets (                   -- the pages of an original, as they are shown
    document_id TEXT NOT NULL REFERENCES documents (id),
    number      INTEGER NOT NULL,       -- counts from 0
    width       REAL NOT NULL,          -- points
    height      REAL NOT NULL,
    PRIMARY KEY (document_id, number)
) WITHOUT ROWID;

CREATE TABLE line_parts (               -- see `LinePart` in index/layout.py
    document_id TEXT NOT NULL REFERENCES documents (id),
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    sheet       INTEGER NOT NULL,
    turn        INTEGER NOT NULL,
    top         INTEGER NOT NULL,
    bottom      INTEGER NOT NULL,
    edges       BLOB NOT NULL,          -- little-endian: left and right of each character
    PRIMARY KEY (document_id, start)
) WITHOUT ROWID;
