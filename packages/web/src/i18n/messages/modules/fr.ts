/** French texts of modules. */
export const modulesFr = {
  'module.enrich': 'Enrichir',
  'module.enrichEvent': 'Enrichir tout l’événement',
  'module.enrichEventHelp':
    'Les modules examinent chaque attribut dont ils acceptent le type ; ce qu’ils trouvent est ajouté à l’événement.',
  'module.file': 'Déposez un fichier ici, ou choisissez-en un',
  'module.import': 'Importer par un module',
  'module.look': 'Aperçu rapide',
  'module.module': 'Module',
  'module.noneFits': 'Aucun module n’accepte ce type.',
  'module.noneOffered': 'Aucun module n’est activé. Les administrateurs les activent dans les paramètres.',
  'module.nothing': 'Le module n’a rien trouvé.',
  'module.one': 'Choisissez une seule ligne.',
  'module.read': 'Lire',
  'module.report': 'Rapport : {name}',
  'module.run': '{n, plural, =0 {Lancer} one {Lancer # module} other {Lancer # modules}}',
  'module.store': '{n, plural, =0 {Ajouter} one {Ajouter # élément} other {Ajouter # éléments}}',
  'module.tag': 'Étiqueter l’événement : {name}',
} as const;
