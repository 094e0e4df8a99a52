-- Bodies of kept requests, without secrets: what Content-Type said, a line feed, the body. Null where none is kept.
alter table access_logs add column request bytea;
