-- The history of an event for its readers, as before, with the uuid of what was changed, and with reports' tags,
-- proposals and sightings for those who see them.
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
    or case c.model
      when 'Event' then true
      when 'MispAttribute' then exists (select from visible_attributes x where x.id = c.model_id)
      when 'MispObject' then exists (select from visible_objects x where x.id = c.model_id)
      when 'EventReport' then exists (select from visible_event_reports x where x.id = c.model_id)
      when 'ObjectReference' then exists (select from visible_object_references x where x.id = c.model_id)
      when 'ShadowAttribute' then exists (select from visible_proposals x where x.id = c.model_id)
      when 'Sighting' then exists (select from visible_sightings x where x.id = c.model_id)
      when 'EventTag' then exists (select from visible_event_tags x join visible_tags t on t.id = x.tag_id
        where x.id = c.model_id)
      when 'AttributeTag' then exists (select from visible_attribute_tags x join visible_tags t on t.id = x.tag_id
        where x.id = c.model_id)
      when 'EventReportTag' then exists (select from visible_event_report_tags x join visible_tags t on t.id = x.tag_id
        where x.id = c.model_id)
      else false end;
