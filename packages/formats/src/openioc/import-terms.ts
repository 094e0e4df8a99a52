/** What MISP makes of an OpenIOC search term: category, type, whether to detect. */
export type ImportTerm = readonly [category: string, type: string, toIds: boolean];

const payload = 'Payload installation';
const network = 'Network activity';
const registry = 'Persistence mechanism';

/** MISP's mapping of search terms. A type of '' stands for parts that count only together with others. */
export const importTerms: ReadonlyMap<string, ImportTerm> = new Map<string, ImportTerm>([
  ['FileItem/FileName', [payload, 'filename', true]],
  ['FileItem/FullPath', [payload, 'filename', true]],
  ['DriverItem/DriverName', [payload, 'filename', true]],
  ['FileItem/Md5sum', [payload, 'md5', true]],
  ['FileItem/Sha1sum', [payload, 'sha1', true]],
  ['TaskItem/sha1sum', [payload, 'sha1', true]],
  ['FileItem/Sha256sum', [payload, 'sha256', true]],
  ['PortItem/remoteIP', [network, 'ip-src', true]],
  ['RouteEntryItem/Destination', [network, 'domain', true]],
  ['RouteEntryItem/Gateway', [network, 'domain', true]],
  ['Network/DNS', [network, 'domain', true]],
  ['Email/To', ['Payload delivery', 'email-dst', true]],
  ['Email/From', ['Payload delivery', 'email-src', true]],
  ['Email/Subject', ['Payload delivery', 'email-subject', true]],
  ['Email/Attachment/Na', ['Payload delivery', 'email-attachment', true]],
  ['Email/Attachment/Name', ['Payload delivery', 'email-attachment', true]],
  ['UrlHistoryItem/URL', [network, 'url', true]],
  ['UrlHistoryItem/VisitFrom', [network, 'url', true]],
  ['FileDownloadHistoryItem/SourceURL', [network, 'url', true]],
  ['FormHistoryItem/FormSubmitURL', [network, 'url', true]],
  ['CookieHistoryItem/HostName', [network, 'hostname', true]],
  ['FormHistoryItem/HostName', [network, 'hostname', true]],
  ['UrlHistoryItem/HostName', [network, 'hostname', true]],
  ['SystemInfoItem/Hostname', [network, 'hostname', true]],
  ['DnsEntryItem/RecordName', [network, 'hostname', true]],
  ['DnsEntryItem/Host', [network, 'hostname', true]],
  ['Network/UserAgent', [network, 'user-agent', false]],
  ['RegistryItem/KeyPath', [registry, 'regkey', true]],
  ['RegistryItem/Modified', [registry, 'regkey', true]],
  ['RegistryItem/Path', [registry, 'regkey', true]],
  ['RegistryItem/ValueName', [registry, '', false]],
  ['RegistryItem/Text', [registry, '', false]],
  ['RegistryItem/Value', [registry, '', false]],
  ['Snort/Snort', [network, 'snort', true]],
  ['TaskItem/Comment', ['Other', 'comment', false]],
  ['FileItem/PEInfo/DetectedAnomalies/string', ['Payload delivery', 'pattern-in-file', true]],
  ['FileItem/PEInfo/DigitalSignature/CertificateSubject', ['Payload delivery', '', false]],
  ['FileItem/PEInfo/DigitalSignature/SignatureExists', ['Payload delivery', '', false]],
  ['FileItem/FileExtension', [payload, '', false]],
]);

/** Terms whose type depends on the type of the content: an address where that is IP. */
export const addressTerms: ReadonlySet<string> = new Set(['RouteEntryItem/Destination', 'RouteEntryItem/Gateway']);
