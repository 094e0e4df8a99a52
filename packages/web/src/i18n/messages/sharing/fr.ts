/** French texts of the pages about sharing. */
export const sharingFr = {
  'nav.blueprints': 'Modèles de groupes',
  'nav.communities': 'Communautés',
  'nav.feeds': 'Flux',
  'nav.searchCaches': 'Caches',
  'nav.servers': 'Instances',
} as const;
