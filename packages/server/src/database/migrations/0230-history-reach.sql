-- What the history of an event tells those who do not own it: nothing of the time before the event, or the part of it
-- that changed, came to reach whom it reaches now. A draft that was private stays so when its event is shared.
create table event_history_floors (
  event_id bigint primary key,
  -- The last entry of the change log that may be of the time before.
  change_id bigint not null
);

-- At the end of the transaction, so that its own entries, which tell old values, count as of the time before.
create function note_event_reach() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into event_history_floors (event_id, change_id)
  select new.id, s.last_value from changes_id_seq s where exists (select from events where id = new.id)
  on conflict (event_id) do update set change_id = greatest(event_history_floors.change_id, excluded.change_id);
  return null;
end $$;
create constraint trigger note_reach after update of audience_id on events deferrable initially deferred
  for each row when (old.audience_id <> new.audience_id) execute function note_event_reach();

-- Attributes, objects and reports tell of another reach in their own entries; few do, so the index is small.
create index changes_reach on changes (event_id, model, model_id, id)
  where before ? 'distribution' or before ? 'sharing_group_id';

create or replace view visible_event_changes as
  select c.id, c.at, c.org_id, c.model, c.model_id, c.event_id, c.action, c.title, c.before, c.after,
    case when mine then c.user_id end as user_id, case when mine then coalesce(u.email, '') end as email,
    case when c.org_id = 0 then 'SYSTEM' else coalesce(o.name, '') end as org_name, o.uuid as org_uuid,
    c.model_uuid, case when mine then c.request_id end as request_id
  from (
    select *, (org_id <> 0 and org_id = (select current_setting('magpie.organisation'))::bigint)
      or (select current_setting('magpie.site_admin')) = 'yes' as mine
    from changes where event_id is not null
  ) c
    join visible_events e on e.id = c.event_id
    left join users u on u.id = c.user_id left join organisations o on o.id = c.org_id
  where (select current_setting('magpie.site_admin')) = 'yes'
    or e.org_id = (select current_setting('magpie.organisation'))::bigint
    or (c.id > coalesce((select f.change_id from event_history_floors f where f.event_id = c.event_id), 0)
      and not exists (select from changes r
        where r.event_id = c.event_id and r.model = c.model and r.model_id = c.model_id and r.id >= c.id
          and (r.before ? 'distribution' or r.before ? 'sharing_group_id'))
      and case c.model
        -- What an event was merged with may be nobody else's to know.
        when 'Event' then c.action <> 'merge'
        when 'MispAttribute' then exists (select from visible_attributes x where x.id = c.model_id
          and (x.object_id = 0 or not exists (select from changes r
            where r.event_id = c.event_id and r.model = 'MispObject' and r.model_id = x.object_id and r.id >= c.id
              and (r.before ? 'distribution' or r.before ? 'sharing_group_id'))))
        when 'MispObject' then exists (select from visible_objects x where x.id = c.model_id)
        when 'EventReport' then exists (select from visible_event_reports x where x.id = c.model_id)
        when 'ObjectReference' then exists (select from visible_object_references x where x.id = c.model_id
          and not exists (select from changes r
            where r.event_id = c.event_id and r.model = 'MispObject' and r.model_id = x.object_id and r.id >= c.id
              and (r.before ? 'distribution' or r.before ? 'sharing_group_id')))
        when 'ShadowAttribute' then exists (select from visible_proposals x where x.id = c.model_id)
        when 'Sighting' then exists (select from visible_sightings x where x.id = c.model_id)
        when 'EventTag' then exists (select from visible_event_tags x join visible_tags t on t.id = x.tag_id
          where x.id = c.model_id)
        when 'AttributeTag' then exists (select from visible_attribute_tags x join visible_tags t on t.id = x.tag_id
          where x.id = c.model_id)
        when 'EventReportTag' then exists (select from visible_event_report_tags x join visible_tags t on t.id = x.tag_id
          where x.id = c.model_id)
        else false end);

-- Site administrators work on what their own organisation may not see: what they did is not for its administrator.
alter table changes add column by_site_admin boolean not null
  default coalesce(current_setting('magpie.site_admin', true) = 'yes', false);
create or replace view visible_changes as
  select c.id, c.at, c.request_id, c.user_id, c.org_id, c.auth_key_id, c.ip, c.model, c.model_id, c.model_uuid,
    c.event_id, c.action, c.title, c.before, c.after,
    case when c.user_id = 0 then 'SYSTEM' else coalesce(u.email, '') end as email,
    case when c.org_id = 0 then 'SYSTEM' else coalesce(o.name, '') end as org_name, o.uuid as org_uuid
  from changes c left join users u on u.id = c.user_id left join organisations o on o.id = c.org_id
  where (select current_setting('magpie.site_admin')) = 'yes'
    or (c.user_id <> 0 and c.user_id = (select current_setting('magpie.user'))::bigint)
    or (c.org_id <> 0 and c.org_id = (select current_setting('magpie.organisation'))::bigint
      and (select current_setting('magpie.organisation_admin')) = 'yes' and not c.by_site_admin);

-- Tags of reports hide with an event that is unpublished (MISP.unpublishedprivate, 0082).
create or replace function hide_unpublished_event(hidden_id bigint, owner_id bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  owner_audience integer;
  part text;
begin
  select id into owner_audience from audiences where kind = 'organisation' and org_id = owner_id;
  if owner_audience is null then
    insert into audiences (kind, org_id) values ('organisation', owner_id)
      on conflict (kind, coalesce(org_id, 0), sharing_group_ids) do update set kind = excluded.kind
      returning id into owner_audience;
    perform pg_notify('magpie_access', '');
  end if;
  update events set audience_id = owner_audience where id = hidden_id and audience_id <> owner_audience;
  foreach part in array array['objects', 'attributes', 'event_reports', 'object_references', 'event_tags',
    'attribute_tags', 'attachments', 'proposals', 'sightings', 'event_report_tags'] loop
    execute format('update %I set audience_id = $1 where event_id = $2 and audience_id <> $1', part)
      using owner_audience, hidden_id;
  end loop;
end $$;
