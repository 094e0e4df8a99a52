/** Japanese texts of the pages about automation. */
export const automationJa = {
  'nav.exports': 'エクスポート',
  'nav.restClient': 'RESTクライアント',
} as const;
