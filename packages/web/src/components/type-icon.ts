import type { IconName } from './icon.tsx';

const rules: readonly (readonly [RegExp, IconName])[] = [
  [
    /^(filename\|)?(md5|sha|ssdeep|tlsh|imphash|impfuzzy|vhash|pehash|authentihash|telfhash|cdhash|hassh|ja3|jarm|x509-finger|.*hash)/,
    'hash',
  ],
  [/^(url|uri|link)$/, 'link'],
  [/^(domain|hostname|ip-|AS|mac-|port|http-|user-agent|email-.*-ip|zeek|bro|snort|community-id|dns-)/, 'network'],
  [/^(email|eppn|jabber)/, 'mail'],
  [/^(filename|file|attachment|pdb|mime-type|size-in-bytes|windows-)/, 'file'],
  [/^(malware|vulnerability|weakness|cpe)/, 'bug'],
  [/^(pattern-|yara|sigma|stix2-pattern|regkey|mutex|named pipe)/, 'rule'],
  [/^(btc|xmr|dash|iban|bic|bank|aba|bin|cc-|prtn|payment|cortex)/, 'money'],
  [/^phone/, 'phone'],
  [/^(pgp-|ssh-|x509|gene|kusto|process-)/, 'key'],
  [
    /^(target-user|target-email|full-name|first-name|last-name|middle-name|identity|nationality|passport|visa|gender|date-of-birth|place-of-birth|github-user|twitter-id|whois-registrant)/,
    'user',
  ],
];

/** The sign for an attribute type; the type's name is always shown as text as well. */
export function iconOfType(type: string): IconName {
  return rules.find(([pattern]) => pattern.test(type))?.[1] ?? 'text';
}
