-- What a supervisor decided about a record, once.
CREATE TABLE decisions (
    record TEXT PRIMARY KEY REFERENCES envelopes (record),
    approved INTEGER NOT NULL,
    -- Why; may be empty where it's approved.
    reason TEXT NOT NULL,
    user TEXT NOT NULL,
    at TEXT NOT NULL,
    change INTEGER NOT NULL,
    -- The proxy who may be paid by it; nothing where it isn't about one.
    proxy_nik TEXT
);
CREATE INDEX decisions_by_change ON decisions (change);
CREATE INDEX decisions_by_time ON decisions (at);

-- 1: the record waits for a decision.
ALTER TABLE visits ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
UPDATE visits SET waits = 1 WHERE kind = 'enrolment' OR (kind = 'exception' AND amount IS NULL);
CREATE INDEX visits_that_wait ON visits (at) WHERE waits = 1;

-- The records that a supervisor decides about, decided or not. `paid`: something has paid that person in that round.
CREATE VIEW reviews AS
    SELECT v.record, v.kind, v.beneficiary, b.name, v.round, v.officer, h.label, v.at, v.waits,
        EXISTS (SELECT 1 FROM visits p WHERE p.beneficiary = v.beneficiary AND p.round = v.round
            AND p.amount IS NOT NULL) AS paid,
        d.approved, d.reason, d.user, d.at AS decided
    FROM visits v JOIN handsets h ON h.id = v.handset LEFT JOIN beneficiaries b ON b.id = v.beneficiary
        LEFT JOIN decisions d ON d.record = v.record
    WHERE v.kind = 'enrolment' OR (v.kind = 'exception' AND v.amount IS NULL);

-- What handsets hear of approved exceptions.
CREATE VIEW approvals AS
    SELECT d.change, v.beneficiary, v.round, v.record, v.proxy_tag, d.proxy_nik FROM decisions d JOIN visits v ON v.record = d.record
    WHERE d.approved = 1 AND v.kind = 'exception';

-- The enrolment that a face came from; nothing: a roster file.
ALTER TABLE beneficiaries ADD COLUMN face_record TEXT REFERENCES envelopes (record);

-- The code on the receipt.
ALTER TABLE cash ADD COLUMN receipt TEXT NOT NULL DEFAULT '';
CREATE INDEX cash_by_receipt ON cash (receipt);

-- What the dashboard shows of any record, of a visit or of cash.
CREATE VIEW recorded AS
    SELECT record, handset, kind, beneficiary, round, officer, amount, reason, receipt, at FROM visits
    UNION ALL
    SELECT record, handset, 'cash', NULL, round, officer, amount, NULL, receipt, at FROM cash;
