/** French texts of the pages about automation. */
export const automationFr = {
  'nav.exports': 'Export',
  'nav.restClient': 'Client REST',
} as const;
