import type { ExportValue } from '../export-attribute.ts';
import { ruleContent } from './escape.ts';
import { flow, type RuleParts } from './rule-parts.ts';

const ADDRESS = /^[0-9A-Fa-f.:]+(\/\d{1,3})?$/;
const PORT = /^\d{1,5}$/;

/** Traffic to an address. */
export function toAddress(address: string, port: string, text: string): RuleParts[] {
  if (!ADDRESS.test(address)) return [];
  const parts = flow('ip', ['$HOME_NET', 'any'], [address, port]);
  return [{ ...parts, text: `Outgoing To IP: ${ruleContentOfAddress(text)}`, content: '', tagsSession: false }];
}

/** Traffic from an address. */
export function fromAddress(address: string, port: string, text: string): RuleParts[] {
  if (!ADDRESS.test(address)) return [];
  const parts = flow('ip', [address, port], ['$HOME_NET', 'any']);
  return [{ ...parts, text: `Incoming From IP: ${ruleContentOfAddress(text)}`, content: '', tagsSession: false }];
}

// Addresses stand in messages as they are, colons of IPv6 included.
function ruleContentOfAddress(text: string): string {
  return text.replaceAll(/["\\;\r\n]/g, '');
}

function mail(text: string, content: string): RuleParts {
  const parts = flow('tcp', ['$EXTERNAL_NET', 'any'], ['$SMTP_SERVERS', '25']);
  return {
    ...parts,
    text,
    content: `flow:established,to_server; ${content} content:"|0D 0A 0D 0A|"; within:8192;`,
    tagsSession: true,
  };
}

function mailHead(label: string, header: string, value: string): RuleParts {
  const content = ruleContent(value);
  return mail(`${label}: ${content}`, `content:"${header}|3a|"; nocase; content:"${content}"; fast_pattern; nocase;`);
}

const mailFrom = (value: string) => mailHead('Source Email Address', 'MAIL FROM', value);
const mailTo = (value: string) => mailHead('Destination Email Address', 'RCPT TO', value);

type Rules = (value: ExportValue) => RuleParts[];

const port = (text: string) => (PORT.test(text) ? text : 'any');

/** What is the same in both dialects, by attribute type. */
export const rulesOfBothDialects: Readonly<Record<string, Rules>> = {
  'ip-dst': ({ value1 }) => toAddress(value1, 'any', value1),
  'ip-src': ({ value1 }) => fromAddress(value1, 'any', value1),
  'ip-dst|port': ({ value1, value2 }) => toAddress(value1, port(value2), `${value1}|${value2}`),
  'ip-src|port': ({ value1, value2 }) => fromAddress(value1, port(value2), `${value1}|${value2}`),
  'email-src': ({ value1 }) => [mailFrom(value1)],
  'email-dst': ({ value1 }) => [mailTo(value1)],
  email: ({ value1 }) => [mailFrom(value1), mailTo(value1)],
  'email-subject': ({ value1 }) => [mailHead('Bad Email Subject', 'Subject', value1)],
  'email-attachment': ({ value1 }) => {
    const content = ruleContent(value1);
    return [
      mail(
        `Bad Email Attachment: ${content}`,
        `content:"Content-Disposition|3a| attachment|3b| filename|3d 22|"; content:"${content}|22|"; fast_pattern;`,
      ),
    ];
  },
};
