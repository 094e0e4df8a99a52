-- Which organisation brought a sharing group here; kept with the group, since its members may not see the account.
alter table sharing_groups add column sync_org_id bigint not null default 0;
create or replace view visible_sharing_groups as
  select * from sharing_groups g where
    (select current_setting('magpie.site_admin')) = 'yes'
    or org_id = (select current_setting('magpie.organisation'))::bigint
    or exists (select from sharing_group_organisations o
      where o.sharing_group_id = g.id and o.org_id = (select current_setting('magpie.organisation'))::bigint)
    or exists (select from sharing_group_servers s where s.sharing_group_id = g.id and s.server_id = 0 and s.all_orgs);

-- A viewer may bring organisations that are known only as creator or member; never a local one.
grant insert (uuid, name, description, type, nationality, sector, created_by, contacts) on organisations to magpie_viewer;

-- What uses a group: few rows of each table do, so the indexes are small.
create index events_sharing_group on events (sharing_group_id) where sharing_group_id <> 0;
create index attributes_sharing_group on attributes (sharing_group_id) where sharing_group_id <> 0;
create index objects_sharing_group on objects (sharing_group_id) where sharing_group_id <> 0;
create index event_reports_sharing_group on event_reports (sharing_group_id) where sharing_group_id <> 0;

-- Also asked by an owner who cannot see what others share with the group: it answers yes or no, never what.
create function sharing_group_in_use(group_id bigint) returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from events where sharing_group_id = group_id and sharing_group_id <> 0)
    or exists (select from attributes where sharing_group_id = group_id and sharing_group_id <> 0)
    or exists (select from objects where sharing_group_id = group_id and sharing_group_id <> 0)
    or exists (select from event_reports where sharing_group_id = group_id and sharing_group_id <> 0)
$$;
revoke execute on function sharing_group_in_use(bigint) from public;
grant execute on function sharing_group_in_use(bigint) to magpie_viewer;

-- Names are unique over all groups, so a rename must know of hidden ones as well.
create function sharing_group_name_taken(wanted text, except_id bigint) returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from sharing_groups where name = wanted and id <> except_id)
$$;
revoke execute on function sharing_group_name_taken(text, bigint) from public;
grant execute on function sharing_group_name_taken(text, bigint) to magpie_viewer;
