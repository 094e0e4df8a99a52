-- How often tags are used, and how many live attributes there are of each type, by audience: what is counted for a
-- viewer is the sum over the audiences he belongs to. Rows are differences, one a statement, so that writers never wait
-- for each other; one in some hundred statements adds up what has gathered.
create table tag_uses (
  tag_id bigint not null,
  audience_id integer not null,
  events bigint not null,
  attributes bigint not null
);
create index tag_uses_tag on tag_uses (tag_id) include (audience_id, events, attributes);
create table attribute_uses (
  type text not null,
  category text not null,
  audience_id integer not null,
  live bigint not null
);

-- Folds up to `most` rows of differences into one for each key; rows that another transaction holds are left to it.
create function fold_tag_uses(most integer default 20000) returns void language sql
security definer set search_path from current as $$
  with taken as (
    select ctid from tag_uses limit most for update skip locked
  ), removed as (
    delete from tag_uses where ctid = any (array(select ctid from taken)) returning tag_id, audience_id, events, attributes
  )
  insert into tag_uses (tag_id, audience_id, events, attributes)
  select tag_id, audience_id, sum(events), sum(attributes) from removed group by 1, 2
  having sum(events) <> 0 or sum(attributes) <> 0;
$$;
create function fold_attribute_uses(most integer default 20000) returns void language sql
security definer set search_path from current as $$
  with taken as (
    select ctid from attribute_uses limit most for update skip locked
  ), removed as (
    delete from attribute_uses where ctid = any (array(select ctid from taken)) returning type, category, audience_id, live
  )
  insert into attribute_uses (type, category, audience_id, live)
  select type, category, audience_id, sum(live) from removed group by 1, 2, 3 having sum(live) <> 0;
$$;

create function count_event_tags() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into tag_uses select tag_id, audience_id, count(*), 0 from inserted group by 1, 2;
  elsif tg_op = 'DELETE' then
    insert into tag_uses select tag_id, audience_id, -count(*), 0 from removed group by 1, 2;
  else
    insert into tag_uses select tag_id, audience_id, sum(n), 0 from (
      select tag_id, audience_id, 1 as n from inserted union all select tag_id, audience_id, -1 from removed
    ) d group by 1, 2 having sum(n) <> 0;
  end if;
  if random() < 0.005 then perform fold_tag_uses(); end if;
  return null;
end $$;
create function count_attribute_tags() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into tag_uses select tag_id, audience_id, 0, count(*) from inserted group by 1, 2;
  elsif tg_op = 'DELETE' then
    insert into tag_uses select tag_id, audience_id, 0, -count(*) from removed group by 1, 2;
  else
    insert into tag_uses select tag_id, audience_id, 0, sum(n) from (
      select tag_id, audience_id, 1 as n from inserted union all select tag_id, audience_id, -1 from removed
    ) d group by 1, 2 having sum(n) <> 0;
  end if;
  if random() < 0.005 then perform fold_tag_uses(); end if;
  return null;
end $$;
create function count_attribute_uses() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into attribute_uses
    select type, category, audience_id, count(*) from inserted where not deleted group by 1, 2, 3;
  elsif tg_op = 'DELETE' then
    insert into attribute_uses
    select type, category, audience_id, -count(*) from removed where not deleted group by 1, 2, 3;
  else
    insert into attribute_uses select type, category, audience_id, sum(n) from (
      select type, category, audience_id, 1 as n from inserted where not deleted
      union all select type, category, audience_id, -1 from removed where not deleted
    ) d group by 1, 2, 3 having sum(n) <> 0;
  end if;
  if random() < 0.005 then perform fold_attribute_uses(); end if;
  return null;
end $$;

create trigger uses_inserted after insert on event_tags referencing new table as inserted
  for each statement execute function count_event_tags();
create trigger uses_deleted after delete on event_tags referencing old table as removed
  for each statement execute function count_event_tags();
create trigger uses_updated after update on event_tags referencing old table as removed new table as inserted
  for each statement execute function count_event_tags();
create trigger uses_inserted after insert on attribute_tags referencing new table as inserted
  for each statement execute function count_attribute_tags();
create trigger uses_deleted after delete on attribute_tags referencing old table as removed
  for each statement execute function count_attribute_tags();
create trigger uses_updated after update on attribute_tags referencing old table as removed new table as inserted
  for each statement execute function count_attribute_tags();
create trigger uses_inserted after insert on attributes referencing new table as inserted
  for each statement execute function count_attribute_uses();
create trigger uses_deleted after delete on attributes referencing old table as removed
  for each statement execute function count_attribute_uses();
create trigger uses_updated after update on attributes referencing old table as removed new table as inserted
  for each statement execute function count_attribute_uses();

insert into tag_uses select tag_id, audience_id, count(*), 0 from event_tags group by 1, 2;
insert into tag_uses select tag_id, audience_id, 0, count(*) from attribute_tags group by 1, 2;
insert into attribute_uses select type, category, audience_id, count(*) from attributes where not deleted group by 1, 2, 3;

create view visible_tag_uses as
  select * from tag_uses where case when audience_id < 8 * length((select decode(current_setting('magpie.viewer'), 'base64')))
    then get_bit((select decode(current_setting('magpie.viewer'), 'base64')), audience_id) <> 0 else false end;
create view visible_attribute_uses as
  select * from attribute_uses where case when audience_id < 8 * length((select decode(current_setting('magpie.viewer'), 'base64')))
    then get_bit((select decode(current_setting('magpie.viewer'), 'base64')), audience_id) <> 0 else false end;
grant select on visible_tag_uses, visible_attribute_uses to magpie_viewer;
