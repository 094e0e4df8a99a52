-- Orders of attributes that had no index. What inherits its distribution, as nearly everything does, needs none.
create index attributes_distribution on attributes (distribution, id) where distribution <> 5;
-- By type and then by the first 200 characters of the value: the page of one type, or the first of each type put together.
create index attributes_value_order on attributes (type, left(lower(value1), 200), id);

-- As for values and comments in 0240: from partial indexes the planner learns nothing.
create statistics attributes_object_relation_lower on (lower(object_relation)) from attributes;
