-- The library's first format. Never edited once released: a change is a new file.

CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

-- Where something was added from. The path serves to tell two roots apart, and is shown nowhere.
CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);

CREATE TABLE documents (
    id          TEXT PRIMARY KEY,
    root_id     INTEGER NOT NULL REFERENCES roots (id),
    key         TEXT NOT NULL,      -- path within the root
    source      TEXT NOT NULL,      -- the key, with a suffix where two roots would give one
    version     TEXT NOT NULL,      -- SHA-256 of the text
    bytes_hash  TEXT NOT NULL,      -- SHA-256 of the file
    made_by     TEXT NOT NULL,      -- format, sentence and chunk versions: others read it again
    encoding    TEXT NOT NULL,
    title       TEXT NOT NULL,
    author      TEXT,
    date        TEXT,
    language    TEXT,
    address     TEXT,
    characters  INTEGER NOT NULL,
    marks       TEXT NOT NULL,      -- JSON: [start, end, kind, label, level, data] each
    text        TEXT NOT NULL,
    UNIQUE (root_id, key),
    UNIQUE (source)
);

CREATE TABLE chunks (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
    document_id TEXT NOT NULL REFERENCES documents (id),
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    sentences   BLOB NOT NULL,      -- int32 pairs: start and end, relative to the chunk's start
    headings    TEXT NOT NULL,      -- JSON: what is embedded in front, outermost first
    text        TEXT NOT NULL
);
CREATE INDEX chunks_of_document ON chunks (document_id, start);

CREATE TABLE vectors (
    chunk_id    INTEGER PRIMARY KEY REFERENCES chunks (id),
    vector      BLOB NOT NULL       -- float32, unit length
);

-- The words of every chunk; the triggers keep it equal to what stands in `chunks`.
CREATE VIRTUAL TABLE chunk_words USING fts5 (
    headings, text,
    content = 'chunks', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER chunk_words_added AFTER INSERT ON chunks BEGIN
    INSERT INTO chunk_words (rowid, headings, text) VALUES (new.id, new.headings, new.text);
END;
CREATE TRIGGER chunk_words_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO chunk_words (chunk_words, rowid, headings, text)
    VALUES ('delete', old.id, old.headings, old.text);
END;

-- What stores outside this file are brought up to date from.
CREATE TABLE changes (
    generation  INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('added', 'removed')),
    chunk_id    INTEGER NOT NULL,
    document_id TEXT NOT NULL
);
CREATE INDEX changes_by_generation ON changes (generation);
