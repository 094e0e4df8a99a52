-- Live attributes of each event also by type, category and to_ids: searches by these and by the event's own row are
-- counted, and events that hold such attributes are found, without reading the attributes.
alter table event_attribute_counts drop constraint event_attribute_counts_pkey;
truncate event_attribute_counts;
alter table event_attribute_counts
  add column type text not null,
  add column category text not null,
  add column to_ids boolean not null,
  add primary key (event_id, audience_id, type, category, to_ids);
insert into event_attribute_counts (event_id, audience_id, type, category, to_ids, live)
select event_id, audience_id, type, category, to_ids, count(*) from attributes where not deleted group by 1, 2, 3, 4, 5;
create index event_attribute_counts_type on event_attribute_counts (type);

create or replace function count_attributes_inserted() returns trigger language plpgsql
security definer set search_path from current as $$
begin
  insert into event_attribute_counts as c (event_id, audience_id, type, category, to_ids, live)
  select event_id, audience_id, type, category, to_ids, count(*) from inserted where not deleted
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (event_id, audience_id, type, category, to_ids) do update set live = c.live + excluded.live;
  return null;
end $$;

create or replace function count_attributes_deleted() returns trigger language plpgsql
security definer set search_path from current as $$
begin
  update event_attribute_counts c set live = c.live - d.n
  from (
    select event_id, audience_id, type, category, to_ids, count(*) n from removed where not deleted
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  ) d
  where c.event_id = d.event_id and c.audience_id = d.audience_id and c.type = d.type and c.category = d.category
    and c.to_ids = d.to_ids;
  return null;
end $$;

create or replace function count_attributes_updated() returns trigger language plpgsql
security definer set search_path from current as $$
begin
  insert into event_attribute_counts as c (event_id, audience_id, type, category, to_ids, live)
  select event_id, audience_id, type, category, to_ids, sum(n) from (
    select event_id, audience_id, type, category, to_ids, 1 as n from inserted where not deleted
    union all
    select event_id, audience_id, type, category, to_ids, -1 from removed where not deleted
  ) d group by 1, 2, 3, 4, 5 having sum(n) <> 0 order by 1, 2, 3, 4, 5
  on conflict (event_id, audience_id, type, category, to_ids) do update set live = c.live + excluded.live;
  return null;
end $$;

create or replace view visible_event_attribute_counts as
  select * from event_attribute_counts where case when audience_id < 8 * length((select decode(current_setting('magpie.viewer'), 'base64')))
    then get_bit((select decode(current_setting('magpie.viewer'), 'base64')), audience_id) <> 0 else false end;

-- The planner takes no statistics from partial indexes, so it would not know how often a text occurs.
create statistics attributes_value1_lower on (lower(value1)) from attributes;
create statistics attributes_value2_lower on (lower(value2)) from attributes;
create statistics attributes_comment_lower on (lower(comment)) from attributes;

-- What tells one state of the data from the next: the last change, and how many there are near it, since transactions do
-- not commit in the order of their numbers. With the database it is of.
create function data_state() returns text language sql stable security definer set search_path from current as $$
  with last as (select coalesce(max(id), 0) as id from changes)
  select concat_ws('/', pg_postmaster_start_time(), current_database(), last.id,
    (select count(*) from changes c where c.id > last.id - 1000)) from last
$$;
revoke all on function data_state() from public;
grant execute on function data_state() to magpie_viewer;
