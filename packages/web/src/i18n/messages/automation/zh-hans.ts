/** Simplified Chinese texts of the pages about automation. */
export const automationZhHans = {
  'nav.exports': '导出',
  'nav.restClient': 'REST 客户端',
} as const;
