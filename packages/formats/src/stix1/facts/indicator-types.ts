const groups: Readonly<Record<string, readonly string[]>> = {
  'IP Watchlist': ['ip-src', 'ip-dst', 'AS', 'ip-dst|port', 'ip-src|port'],
  'Domain Watchlist': ['hostname', 'domain', 'domain|ip', 'hostname|port'],
  'URL Watchlist': ['url'],
  'Malicious E-mail': [
    ...['email', 'email-src', 'email-dst', 'email-subject', 'email-attachment', 'email-reply-to', 'email-x-mailer'],
    ...['email-mime-boundary', 'email-message-id'],
  ],
  'Host Characteristics': ['regkey', 'regkey|value', 'named pipe', 'mutex'],
};

const byType = new Map(Object.entries(groups).flatMap(([name, types]) => types.map((type) => [type, name] as const)));

const byTemplate: ReadonlyMap<string, string> = new Map([
  ['file', 'File Hash Watchlist'],
  ['domain-ip', 'Domain Watchlist'],
  ['url', 'URL Watchlist'],
  ['email', 'Malicious E-mail'],
  ['asn', 'IP Watchlist'],
]);

/** What STIX calls the use of an indicator (IndicatorTypeVocab 1.1), by MISP's attribute type. */
export function indicatorTypeOf(type: string, isFileHash: boolean): string {
  return byType.get(type) ?? (isFileHash ? 'File Hash Watchlist' : 'Malware Artifacts');
}

/** The same for an object, by its template's name. */
export function indicatorTypeOfObject(name: string): string {
  return byTemplate.get(name) ?? 'Malware Artifacts';
}
