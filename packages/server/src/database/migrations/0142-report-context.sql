-- Names of clusters and identifiers such as T1566 that stand in reports.
create index galaxy_clusters_lower_value on galaxy_clusters (lower(value));
create index galaxy_elements_external_ids on galaxy_elements (value) where key = 'external_id';
