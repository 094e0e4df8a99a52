-- Proposals and sightings of an event hide with it (MISP.unpublishedprivate, 0071).
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
    'attribute_tags', 'attachments', 'proposals', 'sightings'] loop
    execute format('update %I set audience_id = $1 where event_id = $2 and audience_id <> $1', part)
      using owner_audience, hidden_id;
  end loop;
end $$;
