-- The journal's tables in PostgreSQL, format 1: the same names and columns as in SQLite. Numbers are given by the
-- program, under the writer's lock, and never by a sequence, so that a copy is the same row for row.

CREATE TABLE journal_name (
    one bigint PRIMARY KEY CHECK (one = 1),
    id  text NOT NULL
);

-- family 0: kinds of records; family 1: topics of notes.
CREATE TABLE kinds (
    no     bigint PRIMARY KEY,
    family bigint NOT NULL,
    name   text NOT NULL,
    UNIQUE (family, name)
);

-- A note has no body; an empty body says that the record is what its one patch says, byte for byte.
CREATE TABLE records (
    no          bigint PRIMARY KEY,
    kind_no     bigint NOT NULL,
    id          text NOT NULL,
    first_entry bigint NOT NULL,
    last_entry  bigint NOT NULL,
    body        bytea,
    UNIQUE (kind_no, id)
) WITH (fillfactor = 90);

CREATE TABLE commits (
    no          bigint PRIMARY KEY,
    at          bigint NOT NULL,
    actor       text NOT NULL,
    source      text NOT NULL,
    first_entry bigint NOT NULL,
    last_entry  bigint NOT NULL,
    checkpoint  text NOT NULL
);

CREATE TABLE journal (
    no             bigint PRIMARY KEY,
    commit_no      bigint NOT NULL,
    op             bigint NOT NULL,
    record_no      bigint NOT NULL,
    prev_no        bigint,
    payload_sha256 bytea NOT NULL,
    hash           bytea NOT NULL,
    payload        bytea
);

-- The triggers stop slips of the hand; what stops intent is the chain.
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nothing is deleted from %', TG_TABLE_NAME;
END $$;

CREATE FUNCTION keeps_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed', TG_TABLE_NAME;
END $$;

CREATE FUNCTION only_redacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.payload IS NULL
        AND (NEW.no, NEW.commit_no, NEW.op, NEW.record_no, NEW.payload_sha256, NEW.hash)
            = (OLD.no, OLD.commit_no, OLD.op, OLD.record_no, OLD.payload_sha256, OLD.hash)
        AND NEW.prev_no IS NOT DISTINCT FROM OLD.prev_no
        AND EXISTS (
            SELECT 1 FROM journal r
            WHERE r.no = (SELECT max(no) FROM journal) AND r.op = 2 AND r.record_no = OLD.record_no
                AND (convert_from(r.payload, 'UTF8')::json ->> 'entry')::bigint = OLD.no
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an entry of the journal is never changed; a payload can be redacted';
END $$;

CREATE TRIGGER journal_keeps_entries BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION stays();
CREATE TRIGGER journal_keeps_words BEFORE UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION only_redacts();
CREATE TRIGGER journal_keeps_all BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER commits_stay BEFORE DELETE ON commits FOR EACH ROW EXECUTE FUNCTION stays();
CREATE TRIGGER commits_keep_words BEFORE UPDATE ON commits FOR EACH ROW EXECUTE FUNCTION keeps_words();
CREATE TRIGGER commits_all_stay BEFORE TRUNCATE ON commits FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER records_stay BEFORE DELETE ON records FOR EACH ROW EXECUTE FUNCTION stays();
CREATE TRIGGER records_keep_names BEFORE UPDATE OF no, kind_no, id, first_entry ON records
    FOR EACH ROW EXECUTE FUNCTION keeps_words();
CREATE TRIGGER records_all_stay BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION stays();

COMMENT ON TABLE journal_name IS 'tallystick journal, format 1';
