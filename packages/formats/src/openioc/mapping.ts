/** One half of an indicator: OpenIOC's document and search term, and the type of the content. */
export type IocTerm = readonly [document: string, search: string, type: string];

/** Attribute types by MISP's mapping to OpenIOC; two terms are for the two halves and hold together. */
export const iocTerms: Readonly<Record<string, readonly IocTerm[]>> = {
  md5: [['FileItem', 'FileItem/Md5sum', 'md5']],
  sha1: [['FileItem', 'FileItem/Sha1sum', 'sha1']],
  sha256: [['FileItem', 'FileItem/Sha256sum', 'sha256']],
  filename: [['FileItem', 'FileItem/FileName', 'string']],
  attachment: [['FileItem', 'FileItem/FileName', 'string']],
  'ip-src': [['PortItem', 'PortItem/remoteIP', 'IP']],
  'ip-dst': [['RouteEntryItem', 'RouteEntryItem/Destination', 'IP']],
  hostname: [['RouteEntryItem', 'RouteEntryItem/Destination', 'string']],
  domain: [['Network', 'Network/DNS', 'string']],
  'domain|ip': [
    ['Network', 'Network/DNS', 'string'],
    ['PortItem', 'PortItem/remoteIP', 'IP'],
  ],
  email: [['Email', 'Email/From', 'string']],
  'email-src': [['Email', 'Email/From', 'string']],
  'email-dst': [['Email', 'Email/To', 'string']],
  'email-subject': [['Email', 'Email/Subject', 'string']],
  'email-attachment': [['Email', 'Email/Attachment/Name', 'string']],
  url: [['UrlHistoryItem', 'UrlHistoryItem/URL', 'string']],
  link: [['URL', 'UrlHistoryItem/URL', 'md5']],
  'user-agent': [['Network', 'Network/UserAgent', 'string']],
  regkey: [['Network', 'RegistryItem/KeyPath', 'string']],
  'regkey|value': [
    ['Network', 'RegistryItem/KeyPath', 'string'],
    ['Network', 'RegistryItem/Value', 'string'],
  ],
  snort: [['Snort', 'Snort/Snort', 'string']],
  'filename|md5': [
    ['FileItem', 'FileItem/FileName', 'string'],
    ['FileItem', 'FileItem/Md5sum', 'md5'],
  ],
  'filename|sha1': [
    ['FileItem', 'FileItem/FileName', 'string'],
    ['FileItem', 'FileItem/Sha1sum', 'sha1'],
  ],
  'filename|sha256': [
    ['FileItem', 'FileItem/FileName', 'string'],
    ['FileItem', 'FileItem/Sha256sum', 'sha256'],
  ],
  'malware-sample': [
    ['FileItem', 'FileItem/FileName', 'string'],
    ['FileItem', 'FileItem/Md5sum', 'md5'],
  ],
};

/** The categories that count as observable; attributes of others are left out. */
export const iocCategories: ReadonlySet<string> = new Set([
  'Payload delivery',
  'Artifacts dropped',
  'Payload installation',
  'Persistence mechanism',
  'Network activity',
]);
