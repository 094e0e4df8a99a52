-- The bulk of the libraries is half a million rows. Checking a foreign key row by row costs more than half of an
-- import, a second index a tenth: what deletes a list or cluster deletes its rows itself, and rows are found by owner.
alter table warninglist_entries drop constraint warninglist_entries_warninglist_id_fkey,
  drop constraint warninglist_entries_pkey, add primary key (warninglist_id, id);
drop index warninglist_entries_list;
alter table galaxy_elements drop constraint galaxy_elements_galaxy_cluster_id_fkey,
  drop constraint galaxy_elements_pkey, add primary key (galaxy_cluster_id, id);
drop index galaxy_elements_cluster;
alter table galaxy_cluster_relations drop constraint galaxy_cluster_relations_galaxy_cluster_id_fkey,
  drop constraint galaxy_cluster_relations_pkey, add primary key (galaxy_cluster_id, id);
drop index galaxy_cluster_relations_source;
