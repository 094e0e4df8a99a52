/** English texts of the pages about automation. */
export const automationEn = {
  'nav.exports': 'Export',
  'nav.restClient': 'REST client',
} as const;
