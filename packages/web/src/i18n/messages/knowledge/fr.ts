/** French texts of the pages about knowledge. */
export const knowledgeFr = {
  'nav.decaying': 'Décroissance',
  'nav.matrix': 'Matrice ATT&CK',
  'nav.noticelists': 'Listes d’avis',
  'nav.pivots': 'Pivots',
  'nav.tagCollections': 'Collections de tags',
  'nav.types': 'Types',
} as const;
