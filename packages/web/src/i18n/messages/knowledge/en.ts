/** English texts of the pages about knowledge. */
export const knowledgeEn = {
  'nav.decaying': 'Decaying',
  'nav.matrix': 'ATT&CK matrix',
  'nav.noticelists': 'Noticelists',
  'nav.pivots': 'Pivots',
  'nav.tagCollections': 'Tag collections',
  'nav.types': 'Types',
} as const;
