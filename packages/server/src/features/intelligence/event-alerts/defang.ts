const MAIL_TYPES = /^(email|whois-registrant-email|target-email|dns-soa-email|jabber-id|eppn)/;
const ADDRESS_TYPES = /(^|\|)(ip-src|ip-dst|ip|domain|hostname)(\||$)/;

/** Makes a value that a mail program would turn into a link, or resolve, into one that it does not. */
export function defang(type: string, value: string): string {
  if (type === 'url' || type === 'uri' || type === 'link') {
    return value.replace(/^http/i, 'hxxp').replaceAll('.', '[.]');
  }
  if (MAIL_TYPES.test(type)) return value.replaceAll('@', '[at]');
  return ADDRESS_TYPES.test(type) ? value.replaceAll('.', '[.]') : value;
}
