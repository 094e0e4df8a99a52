-- The two invented organisations that every MISP blocks from the start, as examples of how entries look.
insert into org_blocklists (org_uuid, org_name, comment) values
  ('58d38339-7b24-4386-b4b4-4c0f950d210f', 'Setec Astrononomy', 'default example'),
  ('58d38326-eda8-443a-9fa8-4e12950d210f', 'Acme Finance', 'default example')
on conflict (org_uuid) do nothing;
