/** Japanese texts of modules. */
export const modulesJa = {
  'module.enrich': 'エンリッチ',
  'module.enrichEvent': 'イベント全体をエンリッチ',
  'module.enrichEventHelp': 'モジュールは対応する型の属性をすべて調べ、見つけたものをイベントに追加します。',
  'module.file': 'ファイルをここにドロップするか、選択してください',
  'module.import': 'モジュールでインポート',
  'module.look': 'クイックルック',
  'module.module': 'モジュール',
  'module.noneFits': 'この型に対応するモジュールはありません。',
  'module.noneOffered': '有効なモジュールがありません。管理者が設定で有効にします。',
  'module.nothing': 'モジュールは何も見つけませんでした。',
  'module.one': '行を一つ選んでください。',
  'module.read': '読み込む',
  'module.report': 'レポート: {name}',
  'module.run': '{n, plural, =0 {実行} other {# 個のモジュールを実行}}',
  'module.store': '{n, plural, =0 {追加} other {# 件を追加}}',
  'module.tag': 'イベントにタグを付ける: {name}',
} as const;
