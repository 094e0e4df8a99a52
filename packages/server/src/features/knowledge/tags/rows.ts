/** A tag as stored; column names are MISP's. */
export interface TagRow {
  id: number;
  name: string;
  colour: string;
  exportable: boolean;
  /** 0: anybody may set it. */
  org_id: number;
  /** 0: anybody may set it. */
  user_id: number;
  hide_tag: boolean;
  numerical_value: number | null;
  is_galaxy: boolean;
  is_custom_galaxy: boolean;
  local_only: boolean;
}

/** The columns of `TagRow` of the table alias `t`. */
export const tagColumns = `t.id, t.name, t.colour, t.exportable, t.org_id, t.user_id, t.hide_tag, t.numerical_value,
  t.is_galaxy, t.is_custom_galaxy, t.local_only`;
