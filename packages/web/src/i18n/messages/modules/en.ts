/** English texts of modules. */
export const modulesEn = {
  'module.enrich': 'Enrich',
  'module.enrichEvent': 'Enrich the whole event',
  'module.enrichEventHelp':
    'The modules look at every attribute whose type they take; what they find is added to the event.',
  'module.file': 'Drop a file here, or choose one',
  'module.import': 'Import by a module',
  'module.look': 'Quick look',
  'module.module': 'Module',
  'module.noneFits': 'No module takes this type.',
  'module.noneOffered': 'No module is switched on. Administrators switch modules on in the settings.',
  'module.nothing': 'The module found nothing.',
  'module.one': 'Choose one row.',
  'module.read': 'Read',
  'module.report': 'Report: {name}',
  'module.run': '{n, plural, =0 {Run} one {Run # module} other {Run # modules}}',
  'module.store': '{n, plural, =0 {Add} one {Add # element} other {Add # elements}}',
  'module.tag': 'Tag the event: {name}',
} as const;
