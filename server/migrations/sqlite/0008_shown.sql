-- One number for every change that pages show. Who looked at what is none.
INSERT INTO counters (name, value) VALUES ('shown', 0);
