-- Beneficiaries' portraits, as officers see them: apart from beneficiaries, so that a change of one doesn't write both.
CREATE TABLE portraits (
    beneficiary TEXT PRIMARY KEY REFERENCES beneficiaries (id),
    jpeg BLOB NOT NULL
);
