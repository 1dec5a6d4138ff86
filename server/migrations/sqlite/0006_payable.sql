-- The records that a supervisor decides about, decided or not. `paid`: something has paid that person in that round, under
-- whatever number. `listed` and `entitled`: a handset could pay them, as they are on the latest roster and get something in
-- that round.
DROP VIEW reviews;
CREATE VIEW reviews AS
    SELECT v.record, v.kind, v.beneficiary, b.name, v.round, v.officer, h.label, v.at, v.waits,
        EXISTS (SELECT 1 FROM visits p WHERE p.beneficiary = v.beneficiary AND p.round = v.round
            AND p.amount IS NOT NULL)
            OR EXISTS (SELECT 1 FROM payments p WHERE p.beneficiary = v.beneficiary AND p.round = v.round) AS paid,
        COALESCE(b.active, 0) AS listed,
        EXISTS (SELECT 1 FROM entitlements e WHERE e.beneficiary = v.beneficiary AND e.round = v.round) AS entitled,
        d.approved, d.reason, d.user, d.at AS decided
    FROM visits v JOIN handsets h ON h.id = v.handset LEFT JOIN beneficiaries b ON b.id = v.beneficiary
        LEFT JOIN decisions d ON d.record = v.record
    WHERE v.kind = 'enrolment' OR (v.kind = 'exception' AND v.amount IS NULL);
