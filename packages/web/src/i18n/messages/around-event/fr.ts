/** French texts of the pages around an event. */
export const aroundEventFr = {
  'correlation.caches': '{n, plural, one {connu de # flux ou instance} other {connu de # flux ou instances}}',
  'correlation.count': '{n, plural, one {# événement a cette valeur} other {# événements ont cette valeur}}',
  'correlation.label': 'Événements ayant la même valeur',
  'correlation.short': 'Corr.',
  'correlation.tooMany': 'Trop d’événements ont cette valeur pour être affichés',
  'decay.column': 'Score',
  'decay.expired': 'expiré',
  'notes.about': 'Notes sur {name}',
  'notes.open': '{n, plural, =0 {Aucune note : en écrire une} one {# note ou avis} other {# notes ou avis}}',
  'notes.short': 'Notes',
  'proposal.propose': 'Proposer',
  'proposal.proposeChange': 'Proposer une modification',
  'proposal.proposeDeletion': 'Proposer la suppression',
  'proposal.proposeNew': 'Proposer un attribut',
  'proposal.sent': 'Proposition envoyée aux propriétaires de l’événement',
  'sighting.added': 'Signalement ajouté',
  'sighting.column': 'Signalements',
  'sighting.expired':
    '{n, plural, =0 {Expire maintenant} one {Expiré # fois : en ajouter} other {Expiré # fois : en ajouter}}',
  'sighting.false':
    '{n, plural, =0 {Faux positif} one {# faux positif : en ajouter} other {# faux positifs : en ajouter}}',
  'sighting.seen': '{n, plural, =0 {Vu maintenant} one {Vu # fois : en ajouter} other {Vu # fois : en ajouter}}',
};
