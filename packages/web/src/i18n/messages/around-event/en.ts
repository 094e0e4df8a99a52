/** English texts of the pages around an event. */
export const aroundEventEn = {
  'correlation.caches': '{n, plural, one {known to # feed or instance} other {known to # feeds or instances}}',
  'correlation.count': '{n, plural, one {# event shares this value} other {# events share this value}}',
  'correlation.label': 'Events that share the value',
  'correlation.short': 'Corr.',
  'correlation.tooMany': 'Too many events share this value to be shown',
  'decay.column': 'Score',
  'decay.expired': 'expired',
  'notes.about': 'Notes on {name}',
  'notes.open': '{n, plural, =0 {No notes yet: write one} one {# note or opinion} other {# notes or opinions}}',
  'notes.short': 'Notes',
  'proposal.propose': 'Propose',
  'proposal.proposeChange': 'Propose a change',
  'proposal.proposeDeletion': 'Propose to delete',
  'proposal.proposeNew': 'Propose attribute',
  'proposal.sent': 'Proposal sent to the event’s owners',
  'sighting.added': 'Sighting added',
  'sighting.column': 'Sightings',
  'sighting.expired':
    '{n, plural, =0 {Expires now} one {Expired # time: add another} other {Expired # times: add another}}',
  'sighting.false':
    '{n, plural, =0 {False positive} one {# false positive: add another} other {# false positives: add another}}',
  'sighting.seen': '{n, plural, =0 {Seen now} one {Seen # time: add another} other {Seen # times: add another}}',
};
