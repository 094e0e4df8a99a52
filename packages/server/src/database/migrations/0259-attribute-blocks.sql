-- How many live attributes there are in each block of 4096 ids, by audience and by what they are most asked for: a page far
-- inside of what somebody finds passes over whole blocks. Differences are added up as in 0151, those of a block together.
create table attribute_blocks (
  block bigint not null,
  audience_id integer not null,
  type text not null,
  category text not null,
  to_ids boolean not null,
  live bigint not null
);
create index attribute_blocks_block on attribute_blocks (block);

create function fold_attribute_blocks(blocks bigint[], most integer default 20000) returns void language sql
security definer set search_path from current as $$
  with taken as (
    select ctid from attribute_blocks where block = any (blocks) limit most for update skip locked
  ), removed as (
    delete from attribute_blocks where ctid = any (array(select ctid from taken))
    returning block, audience_id, type, category, to_ids, live
  )
  insert into attribute_blocks (block, audience_id, type, category, to_ids, live)
  select block, audience_id, type, category, to_ids, sum(live) from removed group by 1, 2, 3, 4, 5 having sum(live) <> 0;
$$;
revoke all on function fold_attribute_blocks(bigint[], integer) from public;

create or replace function count_attribute_uses() returns trigger language plpgsql
security definer set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    with counted as (
      insert into attribute_blocks
      select id >> 12, audience_id, type, category, to_ids, count(*) from inserted where not deleted group by 1, 2, 3, 4, 5
      returning type, category, audience_id, live
    )
    insert into attribute_uses select type, category, audience_id, sum(live) from counted group by 1, 2, 3;
  elsif tg_op = 'DELETE' then
    with counted as (
      insert into attribute_blocks
      select id >> 12, audience_id, type, category, to_ids, -count(*) from removed where not deleted group by 1, 2, 3, 4, 5
      returning type, category, audience_id, live
    )
    insert into attribute_uses select type, category, audience_id, sum(live) from counted group by 1, 2, 3;
  else
    with counted as (
      insert into attribute_blocks
      select id >> 12, audience_id, type, category, to_ids, sum(n) from (
        select id, audience_id, type, category, to_ids, 1 as n from inserted where not deleted
        union all select id, audience_id, type, category, to_ids, -1 from removed where not deleted
      ) d group by 1, 2, 3, 4, 5 having sum(n) <> 0
      returning type, category, audience_id, live
    )
    insert into attribute_uses select type, category, audience_id, sum(live) from counted group by 1, 2, 3
    having sum(live) <> 0;
  end if;
  if random() < 0.005 then
    perform fold_attribute_uses();
    if tg_op = 'DELETE' then perform fold_attribute_blocks(array(select distinct id >> 12 from removed));
    else perform fold_attribute_blocks(array(select distinct id >> 12 from inserted));
    end if;
  end if;
  return null;
end $$;

insert into attribute_blocks
select id >> 12, audience_id, type, category, to_ids, count(*) from attributes where not deleted group by 1, 2, 3, 4, 5;

create view visible_attribute_blocks as
  select * from attribute_blocks where case when audience_id < 8 * length((select decode(current_setting('magpie.viewer'), 'base64')))
    then get_bit((select decode(current_setting('magpie.viewer'), 'base64')), audience_id) <> 0 else false end;
grant select on visible_attribute_blocks to magpie_viewer;
