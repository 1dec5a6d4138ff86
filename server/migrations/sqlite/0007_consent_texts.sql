-- The versions of the consent text that handsets were ever told: what was read out on one that hasn't synced since is known.
CREATE TABLE consent_texts (
    version TEXT PRIMARY KEY,
    first_told TEXT NOT NULL
);
