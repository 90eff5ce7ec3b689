-- Who may come in, format 1. Instants are microseconds since the Unix epoch, hashes 32 bytes; sets of teams are texts
-- with a line a team, NULL for all teams.

CREATE TABLE people (
    id             TEXT NOT NULL PRIMARY KEY,
    name           TEXT NOT NULL,
    email          TEXT,
    role           TEXT NOT NULL,
    teams          TEXT,
    disabled       INTEGER NOT NULL,
    password       TEXT,
    issuer         TEXT,
    subject        TEXT,
    totp_secret    BLOB,
    totp_confirmed INTEGER NOT NULL,
    totp_step      INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery (
    person TEXT NOT NULL REFERENCES people (id),
    code   BLOB NOT NULL,
    PRIMARY KEY (person, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id      BLOB NOT NULL PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id),
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    proved  INTEGER NOT NULL,
    means   TEXT NOT NULL,
    address TEXT NOT NULL,
    agent   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE tokens (
    id      TEXT NOT NULL PRIMARY KEY,
    secret  BLOB NOT NULL UNIQUE,
    person  TEXT NOT NULL REFERENCES people (id),
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    scope   TEXT NOT NULL,
    teams   TEXT,
    created INTEGER NOT NULL,
    expires INTEGER,
    used    INTEGER,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_person ON tokens (person);

CREATE TABLE links (
    id      BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    person  TEXT NOT NULL,
    payload TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    key   TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    no      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    person  TEXT NOT NULL,
    what    TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX events_person ON events (person, no);

CREATE TABLE views (
    owner  TEXT NOT NULL REFERENCES people (id),
    page   TEXT NOT NULL,
    name   TEXT NOT NULL,
    query  TEXT NOT NULL,
    shared INTEGER NOT NULL,
    saved  INTEGER NOT NULL,
    PRIMARY KEY (owner, page, name)
) STRICT, WITHOUT ROWID;

-- A row without a status is a claim: somebody is acting on the request.
CREATE TABLE replies (
    person  TEXT NOT NULL,
    key     TEXT NOT NULL,
    request BLOB NOT NULL,
    status  INTEGER,
    body    BLOB,
    until   INTEGER NOT NULL,
    PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
