-- Comments are searched by a part (searchall, comment, the event list's quick search); most attributes have none.
create index attributes_comment_trigrams on attributes using gin (lower(comment) gin_trgm_ops)
  with (gin_pending_list_limit = 65536)
  where comment <> '';
