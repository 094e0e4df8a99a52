/** A kind of difference between Magpie's STIX 1 and that of misp-stix that stands, and why. */
export interface AcceptedStix1 {
  readonly line: RegExp;
  readonly what: string;
  readonly reason: string;
}

/** Every accepted difference; `docs/compatibility/stix.md` shows them. */
export const acceptedStix1: readonly AcceptedStix1[] = [
  {
    line: /(network-connection|network-socket) .*(custom_properties|_address)/,
    what: 'A socket with an address and a name: the name is a custom property',
    reason: 'The schema of CybOX takes one of the two; with both a document is invalid.',
  },
  {
    line: /intended_effects\[\]\/timestamp/,
    what: 'The time of what a threat actor intends is that of the event',
    reason: 'misp-stix takes the time of the run; two exports of the same event should be the same.',
  },
  {
    line: /(threat_actors .*ThreatActor-[^:]*: (missing|extra))|attributed_threat_actors: .*idref/,
    what: 'A cluster without a uuid has an id made of its tag',
    reason: 'misp-stix writes an id without anything behind the dash.',
  },
  {
    line: /incident time: \/incident_reported "1970-01-01/,
    what: 'No time of publication for events that were never published',
    reason: 'Zero stands for "never".',
  },
  {
    line: /template attack-pattern (?!read).*(description|capec_id)|template (vulnerability|weakness) .*(cve_id|title|cwe_id)/,
    what: 'Numbers of CAPEC, CVE and CWE of another shape stand in the description or title; descriptions are one text',
    reason: 'The schema takes no other numbers, and STIX 1.1.1 one description.',
  },
  {
    line: /^template attack-pattern read back: member attack-pattern [\w-]+ (id|summary|prerequisites|solutions) text /,
    what: 'Read back: what stands in that one description comes as the summary',
    reason: 'misp-stix tells its descriptions apart by an attribute that the schema of STIX 1.1.1 allows on one alone.',
  },
  {
    line: /^misp-turla-powershell-event\.json read back: attribute [\w-]+: comment: |^misp-telebots\.json read back: attribute [\w-]+: (lost|added): comment |^ebury\.misp\.json read back: member yara [\w-]+ yara yara [\s\S]*: (lost|added): yara /,
    what: 'Read back: line ends of Windows stay what they are',
    reason:
      'misp-stix writes them bare, and every reader of XML takes them for plain line ends (XML 1.0, section 2.11).',
  },
  {
    line: /^template original-imported-file read back: neither: MissingSTIXContentError/,
    what: 'An event with nothing but an imported file is not read by misp-stix, whoever wrote it',
    reason: 'Its readers take what is left of such an event for no event at all.',
  },
];
