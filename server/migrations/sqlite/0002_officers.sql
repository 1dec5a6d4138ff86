-- Who works with which handset. Who has left stays listed, inactive, so that records still have a name.
CREATE TABLE officers (
    handset TEXT NOT NULL REFERENCES handsets (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL,
    PRIMARY KEY (handset, id)
);

-- Handsets' recovery secrets, each sealed to a programme key, in the order in which they came.
CREATE TABLE deposits (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    handset TEXT NOT NULL REFERENCES handsets (id),
    -- JSON, as it came.
    deposit TEXT NOT NULL
);
CREATE INDEX deposits_by_handset ON deposits (handset);

-- Unlock codes that are given through the server. What they hold of a secret is opened anew each time.
CREATE TABLE unlock_codes (
    id TEXT PRIMARY KEY,
    handset TEXT NOT NULL REFERENCES handsets (id),
    officer TEXT NOT NULL,
    expires TEXT NOT NULL
);
CREATE INDEX unlock_codes_by_handset ON unlock_codes (handset);
