-- Searches of users whose role limits them, in the quarter of an hour at hand. Lost with a crash, which harms nobody.
create unlogged table search_counts (
  user_id bigint primary key,
  begun timestamptz not null default clock_timestamp(),
  searches integer not null default 1
);
