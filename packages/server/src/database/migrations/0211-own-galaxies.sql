-- Galaxies that users make. They are shown to everybody here, as galaxies are; their clusters have a reach of their own.
-- Their types begin with "custom-", so that none stands in the way of a library's.
alter table galaxies
  add column is_default boolean not null default true,
  -- 0: it came with a library.
  add column org_id bigint not null default 0,
  add column orgc_id bigint not null default 0,
  add column distribution smallint not null default 3,
  add column created timestamptz,
  add column modified timestamptz;
