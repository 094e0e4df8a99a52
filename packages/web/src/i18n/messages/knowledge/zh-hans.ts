/** Simplified Chinese texts of the pages about knowledge. */
export const knowledgeZhHans = {
  'nav.decaying': '衰减模型',
  'nav.matrix': 'ATT&CK 矩阵',
  'nav.noticelists': '提示列表',
  'nav.pivots': '枢轴',
  'nav.tagCollections': '标签集合',
  'nav.types': '类型',
} as const;
