-- The journal's tables, format 1. Columns that are read often come before those that may be long.

CREATE TABLE journal_name (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  TEXT NOT NULL
) STRICT;

-- family 0: kinds of records; family 1: topics of notes.
CREATE TABLE kinds (
    no     INTEGER PRIMARY KEY,
    family INTEGER NOT NULL,
    name   TEXT NOT NULL,
    UNIQUE (family, name)
) STRICT;

-- What entries are about, in the order in which the journal first names it. A note has no body; an empty body says that
-- the record is what its one patch says, byte for byte, so that most records are stored once.
CREATE TABLE records (
    no          INTEGER PRIMARY KEY,
    kind_no     INTEGER NOT NULL REFERENCES kinds (no),
    id          TEXT NOT NULL,
    first_entry INTEGER NOT NULL,
    last_entry  INTEGER NOT NULL,
    body        BLOB,
    UNIQUE (kind_no, id)
) STRICT;

CREATE TABLE commits (
    no          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    source      TEXT NOT NULL,
    first_entry INTEGER NOT NULL,
    last_entry  INTEGER NOT NULL,
    checkpoint  TEXT NOT NULL
) STRICT;

-- prev_no is the entry of the same record before this one, so that a record's life needs no index.
CREATE TABLE journal (
    no             INTEGER PRIMARY KEY,
    commit_no      INTEGER NOT NULL,
    op             INTEGER NOT NULL,
    record_no      INTEGER NOT NULL,
    prev_no        INTEGER,
    payload_sha256 BLOB NOT NULL,
    hash           BLOB NOT NULL,
    payload        BLOB
) STRICT;

-- The triggers stop slips of the hand; what stops intent is the chain.
CREATE TRIGGER journal_keeps_entries BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'an entry of the journal is never deleted');
END;

CREATE TRIGGER journal_keeps_words BEFORE UPDATE ON journal
WHEN NEW.payload IS NOT NULL
    OR NEW.no IS NOT OLD.no OR NEW.commit_no IS NOT OLD.commit_no OR NEW.op IS NOT OLD.op
    OR NEW.record_no IS NOT OLD.record_no OR NEW.prev_no IS NOT OLD.prev_no
    OR NEW.payload_sha256 IS NOT OLD.payload_sha256 OR NEW.hash IS NOT OLD.hash
    OR NOT EXISTS (
        SELECT 1 FROM journal r
        WHERE r.no = (SELECT max(no) FROM journal) AND r.op = 2 AND r.record_no = OLD.record_no
            AND json_extract(CAST(r.payload AS TEXT), '$.entry') = OLD.no
    )
BEGIN
    SELECT RAISE(ABORT, 'an entry of the journal is never changed; a payload can be redacted');
END;

CREATE TRIGGER commits_stay BEFORE DELETE ON commits
BEGIN
    SELECT RAISE(ABORT, 'a commit is never deleted');
END;

CREATE TRIGGER commits_keep_words BEFORE UPDATE ON commits
BEGIN
    SELECT RAISE(ABORT, 'a commit is never changed');
END;

CREATE TRIGGER records_stay BEFORE DELETE ON records
BEGIN
    SELECT RAISE(ABORT, 'a record is never deleted');
END;

CREATE TRIGGER records_keep_names BEFORE UPDATE OF no, kind_no, id, first_entry ON records
BEGIN
    SELECT RAISE(ABORT, 'a record keeps its kind and id');
END;
