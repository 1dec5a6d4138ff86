-- What a beneficiary is found by: name, number and route, whatever their spelling. Empty: not made yet.
ALTER TABLE beneficiaries ADD COLUMN find TEXT NOT NULL DEFAULT '';
CREATE INDEX beneficiaries_to_make_findable ON beneficiaries (id) WHERE find = '';
