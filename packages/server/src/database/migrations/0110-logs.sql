-- Reading the change log. What MISP keeps in `audit_logs` and what it keeps in `logs` are told apart by the action; the
-- same list stands in features/administration/logs/actions.ts, so that the partial indexes apply.
create index changes_user on changes (user_id, id);
create index changes_organisation on changes (org_id, id);
-- Numbers of new things grow, so bulk writes append here; what else has the number is told apart by its model.
create index changes_thing on changes (model_id, id);
create index changes_application on changes (id) where action <> all (array['add', 'edit', 'delete', 'soft_delete',
  'undelete', 'restore', 'attach_tag', 'detach_tag', 'attach_local_tag', 'detach_local_tag', 'publish', 'unpublish']);
create index changes_application_user on changes (user_id, id) where action <> all (array['add', 'edit', 'delete',
  'soft_delete', 'undelete', 'restore', 'attach_tag', 'detach_tag', 'attach_local_tag', 'detach_local_tag', 'publish',
  'unpublish']);
create index changes_application_organisation on changes (org_id, id) where action <> all (array['add', 'edit',
  'delete', 'soft_delete', 'undelete', 'restore', 'attach_tag', 'detach_tag', 'attach_local_tag', 'detach_local_tag',
  'publish', 'unpublish']);

-- MISP's names of what was changed.
create function log_model(model text) returns text language sql immutable parallel safe as $$
  select case model when 'MispAttribute' then 'Attribute' when 'MispObject' then 'Object' else model end
$$;

-- The line MISP shows for an entry of `logs`.
create function log_title(model text, model_id bigint, event_id bigint, action text, title text) returns text
language sql immutable parallel safe as $$
  select case
    when action in ('login', 'login_fail', 'auth', 'auth_fail', 'auth_alert', 'error', 'warning', 'security') then title
    when action = 'serverSettingsEdit' then 'Server setting changed'
    when model in ('AuthKey', 'UserSetting', 'ObjectReference', 'GalaxyCluster') then model || ' (' || model_id || ')'
    when model in ('Organisation', 'Tag', 'MispObject', 'SharingGroup') then title
    when model = 'MispAttribute' and event_id is not null
      then 'Attribute (' || model_id || ') from Event (' || event_id || '): ' || title
    when model = 'ShadowAttribute' and event_id is not null
      then 'Proposal (' || model_id || '): to Event (' || event_id || '): ' || title
    else log_model(model) || ' (' || model_id || '): ' || title
  end
$$;

create function log_description(model text, model_id bigint, action text, title text, email text, user_id bigint)
returns text language sql immutable parallel safe as $$
  select case when action in ('add', 'edit', 'delete') then
    log_model(model) || case when title = '' then '' else ' "' || title || '"' end || ' (' || model_id || ') '
      || case action when 'add' then 'added' when 'edit' then 'updated' else 'deleted' end
      || ' by User "' || email || '" (' || user_id || ').'
  else '' end
$$;

-- One's own entries; an administrator of an organisation those of its users; the site's administrator all.
create view visible_changes as
  select c.id, c.at, c.request_id, c.user_id, c.org_id, c.auth_key_id, c.ip, c.model, c.model_id, c.model_uuid,
    c.event_id, c.action, c.title, c.before, c.after,
    case when c.user_id = 0 then 'SYSTEM' else coalesce(u.email, '') end as email,
    case when c.org_id = 0 then 'SYSTEM' else coalesce(o.name, '') end as org_name, o.uuid as org_uuid
  from changes c left join users u on u.id = c.user_id left join organisations o on o.id = c.org_id
  where (select current_setting('magpie.site_admin')) = 'yes'
    or (c.user_id <> 0 and c.user_id = (select current_setting('magpie.user'))::bigint)
    or (c.org_id <> 0 and c.org_id = (select current_setting('magpie.organisation'))::bigint
      and (select current_setting('magpie.organisation_admin')) = 'yes');

-- The history of an event for its readers: the owner sees all of it, others what concerns the event itself and the
-- elements that they see now. Who it was is shown within one's own organisation alone.
create view visible_event_changes as
  select c.id, c.at, c.org_id, c.model, c.model_id, c.event_id, c.action, c.title, c.before, c.after,
    case when mine then c.user_id end as user_id, case when mine then coalesce(u.email, '') end as email,
    case when c.org_id = 0 then 'SYSTEM' else coalesce(o.name, '') end as org_name, o.uuid as org_uuid
  from (
    select *, (org_id <> 0 and org_id = (select current_setting('magpie.organisation'))::bigint)
      or (select current_setting('magpie.site_admin')) = 'yes' as mine
    from changes where event_id is not null
  ) c
    join visible_events e on e.id = c.event_id
    left join users u on u.id = c.user_id left join organisations o on o.id = c.org_id
  where (select current_setting('magpie.site_admin')) = 'yes'
    or e.org_id = (select current_setting('magpie.organisation'))::bigint
    or case c.model
      when 'Event' then true
      when 'MispAttribute' then exists (select from visible_attributes x where x.id = c.model_id)
      when 'MispObject' then exists (select from visible_objects x where x.id = c.model_id)
      when 'EventReport' then exists (select from visible_event_reports x where x.id = c.model_id)
      when 'ObjectReference' then exists (select from visible_object_references x where x.id = c.model_id)
      when 'EventTag' then exists (select from visible_event_tags x join visible_tags t on t.id = x.tag_id
        where x.id = c.model_id)
      when 'AttributeTag' then exists (select from visible_attribute_tags x join visible_tags t on t.id = x.tag_id
        where x.id = c.model_id)
      else false end;
grant select on visible_changes, visible_event_changes to magpie_viewer;

-- Where ids of a time begin; says nothing of what the entries hold. Ids and times are given together, so the place is
-- found by halving: some thirty look-ups by id, and no index on time that every entry would have to pay for.
create function first_change_since(since timestamptz) returns bigint
language plpgsql stable security definer set search_path from current as $$
declare
  low bigint;
  high bigint;
  middle bigint;
  found record;
begin
  select id, at into found from changes order by id desc limit 1;
  if found is null or found.at < since then return null; end if;
  high := found.id;
  select min(id) into low from changes;
  while low < high loop
    middle := low + (high - low) / 2;
    select id, at into found from changes where id >= middle order by id limit 1;
    if found.at >= since then high := middle; else low := found.id + 1; end if;
  end loop;
  return (select id from changes where id >= low order by id limit 1);
end $$;
revoke execute on function first_change_since(timestamptz) from public;
grant execute on function first_change_since(timestamptz) to magpie_viewer;

-- Requests, kept only while an administrator asks for it (MISP.log_paranoid, Security.user_monitoring_enabled).
create table access_logs (
  id bigint generated by default as identity primary key,
  created timestamptz not null default clock_timestamp(),
  user_id bigint not null,
  org_id bigint not null,
  authkey_id bigint,
  ip text,
  request_method text not null,
  user_agent text,
  request_id uuid,
  controller text not null,
  action text not null,
  url text not null,
  response_code smallint not null,
  duration integer not null
);
create index access_logs_user on access_logs (user_id, id);
create index access_logs_created on access_logs (created);
