-- What documents said before they were replaced: links to a former version are read against it.

CREATE TABLE former_texts (
    id          INTEGER PRIMARY KEY,    -- in the order in which they were replaced
    document_id TEXT NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    version     TEXT NOT NULL,          -- SHA-256 of the text; never the document's present one
    text        BLOB NOT NULL,          -- UTF-8, compressed with zlib
    UNIQUE (document_id, version)
);
