/** English texts of the pages about sharing. */
export const sharingEn = {
  'nav.blueprints': 'Group blueprints',
  'nav.communities': 'Communities',
  'nav.feeds': 'Feeds',
  'nav.searchCaches': 'Caches',
  'nav.servers': 'Instances',
} as const;
