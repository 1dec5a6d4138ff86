-- The whole database as PostgreSQL keeps it. Times are RFC 3339 in UTC and texts sort by their bytes, as on SQLite. Digests are
-- lower-case hex. Amounts are whole rupiah.

-- One number for every change that handsets must hear of: a handset's cursor is the last it has seen.
CREATE TABLE counters (name TEXT COLLATE "C" PRIMARY KEY, value BIGINT NOT NULL);
-- And one for every change that pages show. Who looked at what is none.
INSERT INTO counters (name, value) VALUES ('change', 0), ('shown', 0);

CREATE TABLE settings (name TEXT COLLATE "C" PRIMARY KEY, value TEXT COLLATE "C" NOT NULL);

CREATE TABLE rounds (
    id TEXT COLLATE "C" PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    created TEXT COLLATE "C" NOT NULL,
    change BIGINT NOT NULL
);
CREATE INDEX rounds_by_change ON rounds (change);

CREATE TABLE beneficiaries (
    id TEXT COLLATE "C" PRIMARY KEY,
    nik TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    -- Degrees north and east; both or neither.
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    template_model TEXT COLLATE "C",
    template BYTEA,
    -- The enrolment that the face came from; nothing: a roster file.
    face_record TEXT COLLATE "C",
    -- What a beneficiary is found by: name, number and route, whatever their spelling.
    find TEXT COLLATE "C" NOT NULL,
    -- In the roster of the latest round, so on handsets' lists.
    active BOOLEAN NOT NULL,
    change BIGINT NOT NULL
);
CREATE INDEX beneficiaries_by_change ON beneficiaries (change);
CREATE INDEX beneficiaries_by_name ON beneficiaries (name);
-- One person may come under another number with a later roster: the NIK stays.
CREATE INDEX beneficiaries_by_nik ON beneficiaries (nik);

CREATE TABLE entitlements (
    beneficiary TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    round TEXT COLLATE "C" NOT NULL REFERENCES rounds (id),
    amount BIGINT NOT NULL,
    change BIGINT NOT NULL,
    PRIMARY KEY (beneficiary, round)
);
CREATE INDEX entitlements_by_change ON entitlements (change);
CREATE INDEX entitlements_by_round ON entitlements (round);

-- A beneficiary left a route. Handsets of that route must forget them, and only those handsets hear of it.
CREATE TABLE departures (
    change BIGINT PRIMARY KEY,
    beneficiary TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    route TEXT COLLATE "C" NOT NULL
);

CREATE TABLE handsets (
    id TEXT COLLATE "C" PRIMARY KEY,
    -- Signs its envelopes.
    signing_key TEXT COLLATE "C" NOT NULL UNIQUE,
    -- Signs its requests.
    transport_key TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    registered TEXT COLLATE "C" NOT NULL,
    last_seen TEXT COLLATE "C" NOT NULL,
    officer TEXT COLLATE "C",
    -- The end of the chain as far as it is complete.
    head_seq BIGINT NOT NULL,
    head_digest TEXT COLLATE "C" NOT NULL
);

-- The routes a handset serves. The empty route, which no beneficiary has, stands for all.
CREATE TABLE handset_routes (
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    route TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (handset, route)
);

CREATE TABLE tickets (
    token_sha256 TEXT COLLATE "C" PRIMARY KEY,
    -- A JSON array of text.
    routes TEXT COLLATE "C" NOT NULL,
    created TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    expires TEXT COLLATE "C" NOT NULL,
    handset TEXT COLLATE "C" REFERENCES handsets (id)
);

CREATE TABLE blobs (
    sha256 TEXT COLLATE "C" PRIMARY KEY,
    bytes BIGINT NOT NULL,
    stored TEXT COLLATE "C" NOT NULL
);

-- What arrives by tus. `received` is how much of it is durably on disk.
CREATE TABLE uploads (
    id TEXT COLLATE "C" PRIMARY KEY,
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    sha256 TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    received BIGINT NOT NULL,
    expires TEXT COLLATE "C" NOT NULL,
    UNIQUE (handset, sha256)
);

-- The evidence itself, as it came, and the receipt that was given for it.
CREATE TABLE envelopes (
    record TEXT COLLATE "C" PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL,
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    received TEXT COLLATE "C" NOT NULL,
    receipt TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE INDEX envelopes_by_place ON envelopes (handset, seq);

-- What couldn't be accepted is kept all the same: it may be evidence too.
CREATE TABLE rejected (
    digest TEXT COLLATE "C" NOT NULL,
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    reason TEXT COLLATE "C" NOT NULL,
    received TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (handset, digest)
);

-- What the dashboard shows of a record. The rest stays sealed in its envelope.
CREATE TABLE visits (
    record TEXT COLLATE "C" PRIMARY KEY REFERENCES envelopes (record),
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    kind TEXT COLLATE "C" NOT NULL,
    beneficiary TEXT COLLATE "C" NOT NULL,
    round TEXT COLLATE "C" NOT NULL,
    officer TEXT COLLATE "C" NOT NULL,
    amount BIGINT,
    reason TEXT COLLATE "C",
    -- A keyed hash of the proxy's NIK: enough to see one proxy twice.
    proxy_tag TEXT COLLATE "C",
    -- The code on the receipt.
    receipt TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    change BIGINT NOT NULL,
    -- The record waits for a decision.
    waits BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX visits_that_wait ON visits (at) WHERE waits;
CREATE INDEX visits_by_change ON visits (change);
CREATE INDEX visits_by_person ON visits (beneficiary, round);
CREATE INDEX visits_by_round ON visits (round, at);
CREATE INDEX visits_by_receipt ON visits (receipt);
CREATE INDEX visits_by_proxy ON visits (proxy_tag, round);

-- What became of officers' cash, other than payments. `amount` is of received and returned; the account's figures and
-- `reason` are of closed.
CREATE TABLE cash (
    record TEXT COLLATE "C" PRIMARY KEY REFERENCES envelopes (record),
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    officer TEXT COLLATE "C" NOT NULL,
    round TEXT COLLATE "C" NOT NULL,
    did TEXT COLLATE "C" NOT NULL,
    amount BIGINT,
    received BIGINT,
    paid BIGINT,
    returned BIGINT,
    reason TEXT COLLATE "C",
    -- The code on the receipt.
    receipt TEXT COLLATE "C" NOT NULL DEFAULT '',
    at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX cash_by_handset ON cash (handset, round);
CREATE INDEX cash_by_receipt ON cash (receipt);

-- The faces of proxies, to see one who collects for many. `id` counts up, so that a process knows which it has read.
CREATE TABLE proxy_faces (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    record TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES envelopes (record),
    round TEXT COLLATE "C" NOT NULL,
    beneficiary TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    template BYTEA NOT NULL
);
CREATE INDEX proxy_faces_by_round ON proxy_faces (round, model, id);

CREATE TABLE alerts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- What it is about: raising the same thing again doesn't raise another alert.
    subject TEXT COLLATE "C" NOT NULL UNIQUE,
    -- JSON; `alert` names the kind.
    detail TEXT COLLATE "C" NOT NULL,
    handset TEXT COLLATE "C" REFERENCES handsets (id),
    record TEXT COLLATE "C",
    raised TEXT COLLATE "C" NOT NULL,
    closed TEXT COLLATE "C"
);
CREATE INDEX alerts_by_record ON alerts (record);
CREATE INDEX alerts_by_handset ON alerts (handset);

CREATE TABLE users (
    name TEXT COLLATE "C" PRIMARY KEY,
    role TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL
);

CREATE TABLE sessions (
    token_sha256 TEXT COLLATE "C" PRIMARY KEY,
    "user" TEXT COLLATE "C" NOT NULL REFERENCES users (name),
    expires TEXT COLLATE "C" NOT NULL
);

-- Who did what with people's data, and when. Only ever added to.
CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TEXT COLLATE "C" NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL
);

-- Who works with which handset. Who has left stays listed, inactive, so that records still have a name.
CREATE TABLE officers (
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (handset, id)
);

-- Handsets' recovery secrets, each sealed to a programme key, in the order in which they came.
CREATE TABLE deposits (
    place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    -- JSON, as it came.
    deposit TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deposits_by_handset ON deposits (handset);

-- Unlock codes that are given through the server. What they hold of a secret is opened anew each time.
CREATE TABLE unlock_codes (
    id TEXT COLLATE "C" PRIMARY KEY,
    handset TEXT COLLATE "C" NOT NULL REFERENCES handsets (id),
    officer TEXT COLLATE "C" NOT NULL,
    expires TEXT COLLATE "C" NOT NULL
);
CREATE INDEX unlock_codes_by_handset ON unlock_codes (handset);
-- What a supervisor decided about a record, once.
CREATE TABLE decisions (
    record TEXT COLLATE "C" PRIMARY KEY REFERENCES envelopes (record),
    approved BOOLEAN NOT NULL,
    -- Why; may be empty where it's approved.
    reason TEXT COLLATE "C" NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    change BIGINT NOT NULL,
    -- The proxy who may be paid by it; nothing where it isn't about one.
    proxy_nik TEXT COLLATE "C"
);
CREATE INDEX decisions_by_change ON decisions (change);
CREATE INDEX decisions_by_time ON decisions (at);

-- Beneficiaries' portraits, as officers see them: apart from beneficiaries, so that a change of one doesn't write both.
CREATE TABLE portraits (
    beneficiary TEXT COLLATE "C" PRIMARY KEY REFERENCES beneficiaries (id),
    jpeg BYTEA NOT NULL
);
-- The versions of the consent text that handsets were ever told: what was read out on one that hasn't synced since is known.
CREATE TABLE consent_texts (
    version TEXT COLLATE "C" PRIMARY KEY,
    first_told TEXT COLLATE "C" NOT NULL
);
-- Roster files that were uploaded and wait for their user to look at what they would do.
CREATE TABLE imports (
    id TEXT COLLATE "C" PRIMARY KEY,
    round TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    made TEXT COLLATE "C" NOT NULL
);

-- Who is on which handset's roster.
CREATE VIEW listed AS
    SELECT r.handset, b.id AS beneficiary FROM beneficiaries b JOIN handset_routes r ON r.route IN ('', b.route)
    WHERE b.active;

-- How far each entitlement is. Standing: 1 paid in person, 2 paid to a proxy, 3 exception, 4 not served, 5 remaining.
CREATE VIEW progress AS
    SELECT e.round, e.beneficiary, e.amount AS due, CAST(COALESCE(SUM(v.amount), 0) AS BIGINT) AS paid,
        CAST(MIN(CASE v.kind WHEN 'in_person' THEN 1 WHEN 'proxy' THEN 2 WHEN 'exception' THEN 3 WHEN 'not_served' THEN 4
            ELSE 5 END) AS BIGINT) AS standing
    FROM entitlements e LEFT JOIN visits v ON v.beneficiary = e.beneficiary AND v.round = e.round
    GROUP BY e.round, e.beneficiary, e.amount;

-- Who was paid, by that number and by any other of the same person.
CREATE VIEW payments AS
    SELECT v.change, b.id AS beneficiary, v.round, v.record, v.at, paid.nik
    FROM visits v JOIN beneficiaries paid ON paid.id = v.beneficiary JOIN beneficiaries b ON b.nik = paid.nik
    WHERE v.amount IS NOT NULL;

-- The records that a supervisor decides about, decided or not. `paid`: something has paid that person in that round, under
-- whatever number. `listed` and `entitled`: a handset could pay them.
CREATE VIEW reviews AS
    SELECT v.record, v.kind, v.beneficiary, b.name, v.round, v.officer, h.label, v.at, v.waits,
        EXISTS (SELECT 1 FROM visits p WHERE p.beneficiary = v.beneficiary AND p.round = v.round
            AND p.amount IS NOT NULL)
            OR EXISTS (SELECT 1 FROM payments p WHERE p.beneficiary = v.beneficiary AND p.round = v.round) AS paid,
        COALESCE(b.active, FALSE) AS listed,
        EXISTS (SELECT 1 FROM entitlements e WHERE e.beneficiary = v.beneficiary AND e.round = v.round) AS entitled,
        d.approved, d.reason, d."user", d.at AS decided
    FROM visits v JOIN handsets h ON h.id = v.handset LEFT JOIN beneficiaries b ON b.id = v.beneficiary
        LEFT JOIN decisions d ON d.record = v.record
    WHERE v.kind = 'enrolment' OR (v.kind = 'exception' AND v.amount IS NULL);

-- What handsets hear of approved exceptions.
CREATE VIEW approvals AS
    SELECT d.change, v.beneficiary, v.round, v.record, v.proxy_tag, d.proxy_nik
    FROM decisions d JOIN visits v ON v.record = d.record
    WHERE d.approved AND v.kind = 'exception';

-- What the dashboard shows of any record, of a visit or of cash.
CREATE VIEW recorded AS
    SELECT record, handset, kind, beneficiary, round, officer, amount, reason, receipt, at FROM visits
    UNION ALL
    SELECT record, handset, 'cash', NULL, round, officer, amount, NULL, receipt, at FROM cash;
