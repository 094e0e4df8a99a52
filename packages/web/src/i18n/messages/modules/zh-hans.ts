/** Simplified Chinese texts of modules. */
export const modulesZhHans = {
  'module.enrich': '扩充',
  'module.enrichEvent': '扩充整个事件',
  'module.enrichEventHelp': '模块会查看其支持类型的所有属性，并将发现的内容添加到事件中。',
  'module.file': '将文件拖到此处，或选择文件',
  'module.import': '通过模块导入',
  'module.look': '快速查看',
  'module.module': '模块',
  'module.noneFits': '没有支持此类型的模块。',
  'module.noneOffered': '没有启用任何模块。管理员可在设置中启用。',
  'module.nothing': '模块没有发现任何内容。',
  'module.one': '请选择一行。',
  'module.read': '读取',
  'module.report': '报告：{name}',
  'module.run': '{n, plural, =0 {运行} other {运行 # 个模块}}',
  'module.store': '{n, plural, =0 {添加} other {添加 # 个元素}}',
  'module.tag': '为事件添加标签：{name}',
} as const;
