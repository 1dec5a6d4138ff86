-- One person may come under another number with a later roster: the NIK stays.
CREATE INDEX beneficiaries_by_nik ON beneficiaries (nik);

-- Who was paid, by that number and by any other of the same person.
CREATE VIEW payments AS
    SELECT v.change, b.id AS beneficiary, v.round, v.record, v.at, paid.nik
    FROM visits v JOIN beneficiaries paid ON paid.id = v.beneficiary JOIN beneficiaries b ON b.nik = paid.nik
    WHERE v.amount IS NOT NULL;
