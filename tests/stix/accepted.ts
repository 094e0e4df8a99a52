/** A kind of difference that stands, and why. */
export interface Accepted {
  /**
   * Where it shows: in what is written, in what the validator says, in what misp-stix reads back of Magpie's bundle, in
   * what Magpie reads of misp-stix's.
   */
  readonly in: 'written' | 'validated' | 'read back' | 'read by Magpie';
  /** What the line of a difference looks like. */
  readonly line: RegExp;
  readonly what: string;
  readonly reason: string;
}

/** Every accepted difference between Magpie's STIX 2 and that of misp-stix; `docs/compatibility/stix.md` shows them. */
export const accepted: readonly Accepted[] = [
  {
    in: 'written',
    line: /^types .*(?:filename\|impfuzzy|mac-eui-64|edge-extension-id)|^template .*(?:mac-eui-64|edge-extension-id)/,
    what: 'Attributes that PyMISP’s own checks refuse are missing in misp-stix’s bundle',
    reason: 'MISP accepts and stores them; Magpie writes all that is stored.',
  },
  {
    in: 'written',
    line: /x-misp-attribute x_misp_value/,
    what: 'The text of times and flags in `x-misp-attribute`: `2024-01-02T03:04:05.000000+0000` for `2024-01-02 03:04:05+00:00`, `1` for `True`',
    reason: 'Magpie writes the value as MISP stores it; the other is the text of a Python object.',
  },
  {
    in: 'written',
    line: /malware-sample|artifact hashes|(?:template (?:file|lnk)|types .*) indicator pattern|template (?:apk|data-url|cytomic-orion-file) x-misp-object|file hashes/,
    what: 'The MD5 of a sample stands beside its file name',
    reason: 'misp-stix loses it where PyMISP cannot open the archive; it is part of the value.',
  },
  {
    in: 'written',
    line: /template (?:asn|artifact|ip-port|netflow|registry-key|registry-key-value|malware-analysis|stix2-pattern) /,
    what: 'Objects that misp-stix fails on are written by their mapping',
    reason:
      'misp-stix falls back to `x-misp-object` after an error of its own, for one value that STIX does not allow; Magpie leaves that one value under MISP’s name.',
  },
  {
    in: 'written',
    line: /template (?:email|person|legal-entity) .*(?:x_misp_email_body_attachment|x_misp_eml|x_misp_msg|x_misp_portrait|objects)/,
    what: 'Files of messages and pictures of persons are with their names',
    reason: 'misp-stix writes the name only.',
  },
  {
    in: 'written',
    line: /template lnk (?:file|observed-data) (?:x_misp_fullpath|x_misp_path|x_misp_sha512_2|objects)/,
    what: 'Further paths and hashes of shortcuts are texts',
    reason: 'misp-stix writes lists of value and uuid there, and leaves the two truncated SHA-512 out.',
  },
  {
    in: 'written',
    line: /network-traffic (?:protocols|x_misp_layer7_protocol|x_misp_protocol|is_active)|template (?:ip-port|network-socket|network-connection) observed-data objects/,
    what: 'Protocols are in lower case and all listed; traffic with an end is not active',
    reason: 'STIX asks for both (sections 6.12 of STIX 2.1, 2.12 of STIX 2.0, part 4).',
  },
  {
    in: 'written',
    line: /template process (?:process created|process created_time|observed-data objects|indicator pattern)/,
    what: 'The time at which a process began is `created_time`',
    reason: 'It is called so in STIX 2.1; misp-stix writes the name of STIX 2.0.',
  },
  {
    in: 'written',
    line: /2\.0 template (?:credential|user-account|directory|pe|file|http-request|hashlookup|image|domain-ip|url|mutex|x509|cpe-asset|android-app|\w+-account|\w+-user) observed-data objects|2\.0 .*oceanlotus|2\.0 .*moustachedbouncer.*observed-data objects/,
    what: 'STIX 2.0: the numbers of observables, and the names of further values',
    reason: 'The numbers are arbitrary; a second password has no name of its own in STIX 2.0.',
  },
  {
    in: 'written',
    line: /2\.0 template (?:malware|script) malware/,
    what: 'STIX 2.0: kinds of malware are labels, languages of scripts MISP’s own property',
    reason:
      'STIX 2.0 has labels for kinds, and no property for languages; misp-stix drops the former and writes the latter as of 2.1.',
  },
  {
    in: 'written',
    line: /template attack-pattern .*external_references|template attack-pattern .*x_misp_id|template (?:cpe-asset|directory|file) .*(?:languages|x_misp_language|path_enc|x_misp_path_encoding|name_enc|x_misp_file_encoding|objects)|template image .*mime_type|template image observed-data objects/,
    what: 'Values that STIX’s vocabularies do not allow stand under MISP’s name',
    reason: 'misp-stix writes them where the schemas forbid them.',
  },
  {
    in: 'written',
    line: /template detection x-misp-object/,
    what: 'A flag with a value that is neither 0 nor 1 is kept',
    reason: 'PyMISP refuses it; MISP stores any true value.',
  },
  {
    in: 'written',
    line: /lazarus_3cx\.json report published/,
    what: 'A published event without a time of publication has that of its last change',
    reason: 'misp-stix writes 1970.',
  },
  {
    in: 'written',
    line: /moustachedbouncer.* relationship extra/,
    what: 'A second reference between the same two objects is kept',
    reason: 'misp-stix leaves it out.',
  },
  {
    in: 'written',
    line: /rich .*(?:indicator labels|misp-stix wrote nothing|opinion|note|vulnerability|x-misp-attribute|relationship|x-misp-analyst)/,
    what: 'Analysts’ relationships, and an attribute that misp-stix fails on where an event has notes',
    reason: 'misp-stix leaves the former out, and writes the latter twice.',
  },
  {
    in: 'written',
    line: /(?:2018-11-20_Zebrocy|oceanlotus-wateringhole-2018).*misp-stix wrote nothing/,
    what: 'Events with clusters that have no uuid are written, with the clusters’ tags',
    reason: 'misp-stix stops with an error.',
  },
  {
    in: 'written',
    line: /template (?:crowdsec-ip-context|cytomic-orion-machine|google-threat-intelligence-report|trusted-timestamp) x-misp-object x_misp_attributes/,
    what: 'Categories of attributes of some templates stay as they are',
    reason: 'PyMISP puts its own category in place of one that the template does not list.',
  },
  {
    in: 'validated',
    line: /not a valid STIX identifier/,
    what: 'STIX 2.0: ids with uuids that are not of version 4',
    reason: 'They are the uuids of MISP’s elements and libraries, which stay what they are; misp-stix writes the same.',
  },
  {
    in: 'validated',
    line: /should not be valid under \{'pattern': '\^HKLM|windows-registry-key/,
    what: 'Registry keys with abbreviated hives',
    reason:
      'The value is written as the analyst gave it, as misp-stix does; expanding it would change what others compare.',
  },
  {
    in: 'validated',
    line: /is not a 'uri'|'url', 'value'|format of a URL|external_references\[\d+\]: url/,
    what: 'Addresses without a scheme or with blanks under `url`',
    reason: 'MISP’s types `uri` and `url` hold them; misp-stix writes them the same.',
  },
  {
    in: 'validated',
    line: /^stix2 does not load it: InvalidValueError: Invalid value for Report 'object_refs': not a valid STIX identifier/,
    what: 'STIX 2.0: clusters with uuids of version 1 keep a bundle from being loaded by the `stix2` library',
    reason: 'They are the uuids of MITRE’s own ids in MISP’s galaxies; in STIX 2.1 they load.',
  },
  {
    in: 'read back',
    line: /^template (?:artifact|asn|ip-port|malware-analysis|netflow) object [\w-]+: comment: .* became undefined$/,
    what: 'Comments of objects that misp-stix itself writes as `x-misp-object`',
    reason: 'Magpie writes them by their mapping, which has no comment; Magpie’s reader has it from its own property.',
  },
  {
    in: 'read back',
    line: /^template (?:artifact|asn|ip-port|netflow) member .*(?:comment: undefined became "Indicator ID: |to_ids: true became false$)/,
    what: 'Comments and detection flags of attributes of such objects',
    reason: 'They come from the indicator, or its absence, of the mapping that Magpie writes.',
  },
  {
    in: 'read back',
    line: /^template artifact member artifact [\w-]+ payload_bin attachment .*: (?:lost|added): attachment /,
    what: 'The name of a file that is alone in an artifact',
    reason: 'STIX’s artifacts have no name; misp-stix puts the uuid in its place.',
  },
  {
    in: 'read back',
    line: /^template ip-port member ip-port [\w-]+ protocol text (?:TCP: lost|tcp: added)/,
    what: 'Protocols of `ip-port` in lower case',
    reason: 'STIX asks for it (section 6.12 of STIX 2.1).',
  },
  {
    in: 'read back',
    line: /^template netflow member netflow [\w-]+ (?:byte-count size-in-bytes 1234: lost|byte-count counter 1234: added|(?:src|dst)-as AS 64496: lost|(?:src|dst)-as AS AS64496: added)/,
    what: 'Counters and autonomous systems of `netflow`',
    reason: 'misp-stix gives them its own types and spelling when it reads the mapped object.',
  },
  {
    in: 'read back',
    line: /^template network-connection member network-connection [\w-]+ layer7-protocol text text text 1: lost/,
    what: 'A second protocol of layer 7 of `network-connection`',
    reason: 'It is in the list of protocols, of which misp-stix reads one of each layer.',
  },
  {
    in: 'read back',
    line: /^template malware-analysis member malware-analysis [\w-]+ module text text text: added/,
    what: 'The module of an analysis',
    reason: 'It stands in STIX’s `modules`, which misp-stix reads but does not write.',
  },
  {
    in: 'read back',
    line: /^template file member file [\w-]+ (?:attachment attachment sample\.exe: lost|malware-sample malware-sample sample\.exe: added)/,
    what: 'A file and a sample of one name in a `file` object',
    reason: 'misp-stix’s own bundle lacks the sample’s MD5 (see above), so that it reads an attachment instead.',
  },
  {
    in: 'read back',
    line: /^template lnk (?:object [\w-]+: added: lnk|member lnk [\w-]+ .*: added: )/,
    what: '`lnk` objects with several paths',
    reason: 'misp-stix does not read what it writes there itself; it reads Magpie’s.',
  },
  {
    in: 'read back',
    line: /^types with(?:out)? to_ids attribute [\w-]+: (?:added: (?:malware-sample|filename\|impfuzzy|mac-eui-64|edge-extension-id) |value: "True" became "1"$)/,
    what: 'Attributes that only Magpie’s bundle has, and flags as `1`',
    reason: 'They are read back as they were written, see above.',
  },
  {
    in: 'read back',
    line: /^misp-moustachedbouncer\.event\.json object [\w-]+: references: /,
    what: 'A second reference between the same two objects',
    reason: 'It is written, see above, and read back.',
  },
  {
    in: 'read back',
    line: /^template person member person [\w-]+ portrait attachment note\.txt: data: undefined became /,
    what: 'Pictures of persons have their files',
    reason: 'They are with their names, see above; misp-stix’s own bundle has the name only.',
  },
  {
    in: 'read back',
    line: /^2\.0 template malware member malware [\w-]+ .*(?:: tags: \[\] became |malware_type text .*: added: )/,
    what: 'STIX 2.0: kinds of malware, which are labels, are read as tags as well',
    reason: 'STIX 2.0 asks for them there (part 2, section 2.6.1), see above.',
  },
  {
    in: 'read back',
    line: /^2\.0 .* misp-stix does not read it: InvalidValueError: Invalid value for Report 'object_refs': not a valid STIX identifier/,
    what: 'STIX 2.0: events with clusters whose uuids are of version 1',
    reason: 'The `stix2` library does not load them, see above.',
  },
  {
    in: 'read by Magpie',
    line: /^types with(?:out)? to_ids attribute [\w-]+ (?:snort|suricata|yara|sigma) \[/,
    what: 'Rules without the brackets around them',
    reason: 'misp-stix puts the brackets there when it writes, and leaves them when it reads.',
  },
  {
    in: 'read by Magpie',
    line: /^template file member file [\w-]+ attachment sample\.exe$/,
    what: 'A file in a `file` object is a sample',
    reason: 'misp-stix lost the sample’s MD5 when it wrote it (see above), and takes the name alone for an attachment.',
  },
  {
    in: 'read by Magpie',
    line: /^template malware member malware [\w-]+ malware_type misp:/,
    what: 'Labels of MISP’s own are no kinds of malware',
    reason: 'They say the name and the category of the object.',
  },
  {
    in: 'read by Magpie',
    line: /^template network-socket member network-socket [\w-]+ protocol TCP$/,
    what: 'Protocols in lower case, as they stand in the bundle',
    reason: 'misp-stix writes them in capitals when it reads.',
  },
  {
    in: 'read by Magpie',
    line: /^template (?:person|organization|news-agency) member [\w-]+ [\w-]+ (?:address|e-mail) .*; /,
    what: 'Several addresses of a person or an organisation are several attributes',
    reason: 'So they were in MISP; misp-stix reads the line that it wrote them in as one.',
  },
];

/** The entry that covers the line of a difference; undefined for one that nothing covers. */
export function acceptedAs(where: Accepted['in'], line: string): Accepted | undefined {
  return accepted.find((entry) => entry.in === where && entry.line.test(line));
}
