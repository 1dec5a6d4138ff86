-- Times are RFC 3339 in UTC, so that they sort as text. Digests are lower-case hex. Amounts are whole rupiah.

-- One number for every change that handsets must hear of: a handset's cursor is the last it has seen.
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO counters (name, value) VALUES ('change', 0);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE rounds (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    change INTEGER NOT NULL
);
CREATE INDEX rounds_by_change ON rounds (change);

CREATE TABLE beneficiaries (
    id TEXT PRIMARY KEY,
    nik TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    route TEXT NOT NULL,
    -- Degrees north and east; both or neither.
    lat REAL,
    lon REAL,
    template_model TEXT,
    template BLOB,
    -- 0: not in the roster of the latest round, so on no handset's list.
    active INTEGER NOT NULL,
    change INTEGER NOT NULL
);
CREATE INDEX beneficiaries_by_change ON beneficiaries (change);
CREATE INDEX beneficiaries_by_name ON beneficiaries (name);

CREATE TABLE entitlements (
    beneficiary TEXT NOT NULL REFERENCES beneficiaries (id),
    round TEXT NOT NULL REFERENCES rounds (id),
    amount INTEGER NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (beneficiary, round)
);
CREATE INDEX entitlements_by_change ON entitlements (change);
CREATE INDEX entitlements_by_round ON entitlements (round);

-- A beneficiary left a route. Handsets of that route must forget them, and only those handsets hear of it.
CREATE TABLE departures (
    change INTEGER PRIMARY KEY,
    beneficiary TEXT NOT NULL REFERENCES beneficiaries (id),
    route TEXT NOT NULL
);

CREATE TABLE handsets (
    id TEXT PRIMARY KEY,
    -- Signs its envelopes.
    signing_key TEXT NOT NULL UNIQUE,
    -- Signs its requests.
    transport_key TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    registered TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    officer TEXT,
    -- The end of the chain as far as it is complete.
    head_seq INTEGER NOT NULL,
    head_digest TEXT NOT NULL
);

-- The routes a handset serves. The empty route, which no beneficiary has, stands for all.
CREATE TABLE handset_routes (
    handset TEXT NOT NULL REFERENCES handsets (id),
    route TEXT NOT NULL,
    PRIMARY KEY (handset, route)
);

-- Who is on which handset's roster.
CREATE VIEW listed AS
    SELECT r.handset, b.id AS beneficiary FROM beneficiaries b JOIN handset_routes r ON r.route IN ('', b.route)
    WHERE b.active = 1;

CREATE TABLE tickets (
    token_sha256 TEXT PRIMARY KEY,
    -- A JSON array of text.
    routes TEXT NOT NULL,
    created TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires TEXT NOT NULL,
    handset TEXT REFERENCES handsets (id)
);

CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    stored TEXT NOT NULL
);

-- What arrives by tus. `received` is how much of it is durably on disk.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    handset TEXT NOT NULL REFERENCES handsets (id),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    received INTEGER NOT NULL,
    expires TEXT NOT NULL,
    UNIQUE (handset, sha256)
);

-- The evidence itself, as it came, and the receipt that was given for it.
CREATE TABLE envelopes (
    record TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    handset TEXT NOT NULL REFERENCES handsets (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    received TEXT NOT NULL,
    receipt TEXT NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX envelopes_by_place ON envelopes (handset, seq);

-- What couldn't be accepted is kept all the same: it may be evidence too.
CREATE TABLE rejected (
    digest TEXT NOT NULL,
    handset TEXT NOT NULL REFERENCES handsets (id),
    reason TEXT NOT NULL,
    received TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (handset, digest)
);

-- What the dashboard shows of a record. The rest stays sealed in its envelope.
CREATE TABLE visits (
    record TEXT PRIMARY KEY REFERENCES envelopes (record),
    handset TEXT NOT NULL REFERENCES handsets (id),
    kind TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    round TEXT NOT NULL,
    officer TEXT NOT NULL,
    amount INTEGER,
    reason TEXT,
    -- A keyed hash of the proxy's NIK: enough to see one proxy twice.
    proxy_tag TEXT,
    -- The code on the receipt.
    receipt TEXT NOT NULL,
    at TEXT NOT NULL,
    change INTEGER NOT NULL
);
CREATE INDEX visits_by_change ON visits (change);
CREATE INDEX visits_by_person ON visits (beneficiary, round);
CREATE INDEX visits_by_round ON visits (round, at);
CREATE INDEX visits_by_receipt ON visits (receipt);
CREATE INDEX visits_by_proxy ON visits (proxy_tag, round);

-- What became of officers' cash, other than payments. `amount` is of received and returned; the account's figures and
-- `reason` are of closed.
CREATE TABLE cash (
    record TEXT PRIMARY KEY REFERENCES envelopes (record),
    handset TEXT NOT NULL REFERENCES handsets (id),
    officer TEXT NOT NULL,
    round TEXT NOT NULL,
    did TEXT NOT NULL,
    amount INTEGER,
    received INTEGER,
    paid INTEGER,
    returned INTEGER,
    reason TEXT,
    at TEXT NOT NULL
);
CREATE INDEX cash_by_handset ON cash (handset, round);

-- The faces of proxies, to see one who collects for many. `id` counts up, so that a process knows which it has read.
CREATE TABLE proxy_faces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT NOT NULL UNIQUE REFERENCES envelopes (record),
    round TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    model TEXT NOT NULL,
    template BLOB NOT NULL
);
CREATE INDEX proxy_faces_by_round ON proxy_faces (round, model, id);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    -- What it is about: raising the same thing again doesn't raise another alert.
    subject TEXT NOT NULL UNIQUE,
    -- JSON; `alert` names the kind.
    detail TEXT NOT NULL,
    handset TEXT REFERENCES handsets (id),
    record TEXT,
    raised TEXT NOT NULL,
    closed TEXT
);
CREATE INDEX alerts_by_record ON alerts (record);
CREATE INDEX alerts_by_handset ON alerts (handset);

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL
);

CREATE TABLE sessions (
    token_sha256 TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name),
    expires TEXT NOT NULL
);

-- Who did what with people's data, and when. Only ever added to.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    user TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);

-- How far each entitlement is. Standing: 1 paid in person, 2 paid to a proxy, 3 exception, 4 not served, 5 remaining.
CREATE VIEW progress AS
    SELECT e.round, e.beneficiary, e.amount AS due, COALESCE(SUM(v.amount), 0) AS paid,
        MIN(CASE v.kind WHEN 'in_person' THEN 1 WHEN 'proxy' THEN 2 WHEN 'exception' THEN 3 WHEN 'not_served' THEN 4
            ELSE 5 END) AS standing
    FROM entitlements e LEFT JOIN visits v ON v.beneficiary = e.beneficiary AND v.round = e.round
    GROUP BY e.round, e.beneficiary, e.amount;
