/** Tables of what hangs on an attribute by `attribute_id`: it shares the attribute's audience and goes with it. */
export const ATTRIBUTE_PARTS = ['attribute_tags', 'attachments', 'proposals', 'sightings'] as const;
