-- MISP.unpublishedprivate: an event that is not published is for its owner organisation alone, with all it holds.
-- Publishing and editing fold their audiences themselves; everything else that unpublishes is caught here.
create function hide_unpublished_event(hidden_id bigint, owner_id bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  owner_audience integer;
begin
  select id into owner_audience from audiences where kind = 'organisation' and org_id = owner_id;
  if owner_audience is null then
    insert into audiences (kind, org_id) values ('organisation', owner_id)
      on conflict (kind, coalesce(org_id, 0), sharing_group_ids) do update set kind = excluded.kind
      returning id into owner_audience;
    perform pg_notify('magpie_access', '');
  end if;
  update events set audience_id = owner_audience where id = hidden_id and audience_id <> owner_audience;
  update objects set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
  update attributes set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
  update event_reports set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
  update object_references set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
  update event_tags set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
  update attribute_tags set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
  update attachments set audience_id = owner_audience where event_id = hidden_id and audience_id <> owner_audience;
end $$;

create function hide_event_when_unpublished() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if exists (select from settings where name = 'MISP.unpublishedprivate' and value = 'true'::jsonb) then
    perform hide_unpublished_event(new.id, new.org_id);
  end if;
  return null;
end $$;
create trigger hide_when_unpublished after update of published on events
  for each row when (old.published and not new.published) execute function hide_event_when_unpublished();
revoke execute on function hide_unpublished_event(bigint, bigint) from public;
