-- When the entries of a list last changed: matchers in memory compare it.
alter table warninglists add column changed timestamptz not null default clock_timestamp();
