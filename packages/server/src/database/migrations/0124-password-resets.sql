-- Links to set a forgotten password, as digests: one for each user, valid for ten minutes.
create table password_resets (
  user_id bigint primary key references users (id) on delete cascade,
  digest bytea not null unique,
  valid_until bigint not null
);
