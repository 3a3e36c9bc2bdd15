-- What files of richer formats say of themselves, and that most have no lines of their own.

ALTER TABLE documents ADD COLUMN publisher TEXT;
ALTER TABLE documents ADD COLUMN has_lines INTEGER NOT NULL DEFAULT 1 CHECK (has_lines IN (0, 1));
