-- Files that were sent to be imported: looked at first, stored as events when the user says so. The bytes lie in the
-- data folder under the id.
create table import_uploads (
  id uuid primary key default gen_random_uuid(),
  user_id bigint not null,
  file_name text not null,
  size bigint not null,
  created timestamptz not null default clock_timestamp(),
  -- The background job that stores it.
  job_id bigint,
  -- What became of it, once that is known.
  result jsonb
);
create index import_uploads_created on import_uploads (created);
create index import_uploads_user on import_uploads (user_id, created);
create view visible_import_uploads as
  select * from import_uploads where user_id = (select current_setting('magpie.user'))::bigint;
grant select, insert, update, delete on visible_import_uploads to magpie_viewer;
