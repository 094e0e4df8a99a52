/** Japanese texts of the pages about sharing. */
export const sharingJa = {
  'nav.blueprints': 'グループ設計図',
  'nav.communities': 'コミュニティ',
  'nav.feeds': 'フィード',
  'nav.searchCaches': 'キャッシュ',
  'nav.servers': 'インスタンス',
} as const;
