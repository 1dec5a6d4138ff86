-- Roster files that were uploaded and wait for their user to look at what they would do.
CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    round TEXT NOT NULL,
    title TEXT NOT NULL,
    user TEXT NOT NULL,
    made TEXT NOT NULL
);
