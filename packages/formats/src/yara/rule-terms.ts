import type { ExportValue } from '../export-attribute.ts';
import { yaraRegex, yaraText } from './strings.ts';

/** What an attribute contributes to a rule. */
export interface RuleTerms {
  /** A module of YARA that the condition needs. */
  readonly module: string | null;
  /** Definitions of strings, without their identifiers. */
  readonly strings: readonly string[];
  readonly condition: string | null;
}

const fileHashes: Readonly<Record<string, string>> = {
  md5: 'hash.md5(0, filesize)',
  sha1: 'hash.sha1(0, filesize)',
  sha256: 'hash.sha256(0, filesize)',
  imphash: 'pe.imphash()',
};

type Halves = (value: ExportValue) => readonly string[];
const whole: Halves = ({ value1 }) => [value1];
const both: Halves = ({ value1, value2 }) => [value1, value2];

const textTypes: ReadonlyMap<string, Halves> = new Map<string, Halves>([
  ...[
    ...[
      'ip-src',
      'ip-dst',
      'ip-src|port',
      'ip-dst|port',
      'hostname',
      'hostname|port',
      'domain',
      'url',
      'uri',
      'regkey',
    ],
    ...['email', 'email-src', 'email-dst', 'email-subject', 'email-attachment', 'email-body', 'email-header'],
    ...['email-reply-to', 'email-x-mailer', 'email-mime-boundary', 'email-thread-index', 'email-message-id'],
    ...['email-src-display-name', 'email-dst-display-name', 'regkey|value', 'pattern-in-file', 'pattern-in-memory'],
    ...['pattern-in-traffic', 'cookie', 'vulnerability', 'text', 'named pipe', 'mutex', 'btc', 'xmr', 'user-agent'],
    ...['windows-scheduled-task', 'windows-service-name', 'windows-service-displayname', 'github-username'],
    ...['github-repository', 'github-organisation', 'mobile-application-id'],
  ].map((type): [string, Halves] => [type, whole]),
  ['domain|ip', both],
]);

/** The types that rules are made of. */
export const yaraTypes: ReadonlySet<string> = new Set([
  ...textTypes.keys(),
  ...Object.keys(fileHashes).flatMap((hash) => [hash, `filename|${hash}`]),
  'hex',
]);

/** What the attribute looks like in a rule; null for types and values that no rule is made of. */
export function ruleTerms(attribute: ExportValue): RuleTerms | null {
  const { type, value1, value2 } = attribute;
  const isComposite = type.startsWith('filename|');
  const hash = fileHashes[isComposite ? type.slice('filename|'.length) : type];
  if (hash !== undefined) {
    const digest = (isComposite ? value2 : value1).toLowerCase();
    if (!/^[0-9a-f]+$/.test(digest)) return null;
    return { module: hash.split('.', 1)[0] ?? null, strings: [], condition: `${hash} == "${digest}"` };
  }
  if (type === 'hex') return hexTerms(value1);
  const strings = (textTypes.get(type)?.(attribute) ?? []).filter((text) => text.trim() !== '').map(stringOf);
  return strings.length === 0 ? null : { module: null, strings, condition: null };
}

function hexTerms(value: string): RuleTerms | null {
  const digits = value.replaceAll(/\s+/g, '').toUpperCase();
  if (!/^([0-9A-F]{2})+$/.test(digits)) return null;
  return { module: null, strings: [`{ ${digits} } `], condition: null };
}

function stringOf(text: string): string {
  return `${/[\r\n]/.test(text) ? yaraRegex(text) : yaraText(text)} ascii wide`;
}
