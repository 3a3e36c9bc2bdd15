-- What was said of pages of the web when they were read, so that the next run can ask whether they
-- changed, and go on from those that did not.

CREATE TABLE web_pages (
    document_id   TEXT PRIMARY KEY
                  REFERENCES documents (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    address       TEXT NOT NULL,    -- that is asked
    format        TEXT NOT NULL,    -- the name of the one it was read as
    etag          TEXT,             -- as the server gave them
    last_modified TEXT,
    links         TEXT NOT NULL     -- JSON: the addresses below the site's own that it leads to
);
