/** Japanese texts of the pages about knowledge. */
export const knowledgeJa = {
  'nav.decaying': '減衰モデル',
  'nav.matrix': 'ATT&CKマトリクス',
  'nav.noticelists': '注意リスト',
  'nav.pivots': 'ピボット',
  'nav.tagCollections': 'タグコレクション',
  'nav.types': 'タイプ',
} as const;
