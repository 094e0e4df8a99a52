-- Whether there are notes, opinions or relationships at all, whoever may see them: one row answers, where asking for a
-- visible one would read them all for a viewer who sees none.
create function any_analyst_data() returns boolean
language sql stable security definer set search_path from current as $$
  select exists (select from analyst_data)
$$;
grant execute on function any_analyst_data() to magpie_viewer;
