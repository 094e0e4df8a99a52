/** Simplified Chinese texts of the pages about sharing. */
export const sharingZhHans = {
  'nav.blueprints': '组蓝图',
  'nav.communities': '社区',
  'nav.feeds': '情报源',
  'nav.searchCaches': '缓存',
  'nav.servers': '实例',
} as const;
