import type { ExportValue } from '../export-attribute.ts';
import { dnsContent, ruleContent, ruleRegex } from './escape.ts';
import { flow, outgoing, type RuleParts } from './rule-parts.ts';
import { fromAddress, rulesOfBothDialects, toAddress } from './rules-of-both-dialects.ts';

// Flags of a query that asks one question and carries one additional record (EDNS).
const QUERY = 'content:"|01 00 00 01 00 00 00 00 00 01|"; depth:10; offset:2;';
const DNS = [
  ['any', 'any'],
  ['any', '53'],
] as const;

function dns(text: string, name: string): RuleParts[] {
  const [from, to] = DNS;
  const content = `${QUERY} content:"${name}"; fast_pattern; nocase;`;
  return [
    { ...flow('udp', from, to), text, content, tagsSession: false },
    { ...flow('tcp', from, to), text, content: `${content} flow:established;`, tagsSession: false },
  ];
}

function web(text: string, content: string): RuleParts {
  return { ...outgoing('tcp', '$HTTP_PORTS'), text, content, tagsSession: true };
}

function domain(value: string): RuleParts[] {
  const content = ruleContent(value);
  return [
    ...dns(`Domain: ${content}`, dnsContent(value)),
    web(
      `Outgoing HTTP Domain: ${content}`,
      `flow:to_server,established; content: "Host|3a|"; nocase; http_header; content:"${content}"; fast_pattern; nocase; http_header; pcre: "/(^|[^A-Za-z0-9-])${ruleRegex(content)}[^A-Za-z0-9-\\.]/H";`,
    ),
  ];
}

function hostname(value: string): RuleParts[] {
  const content = ruleContent(value);
  return [
    ...dns(`Hostname: ${content}`, `|01|${dnsContent(value)}`),
    web(
      `Outgoing HTTP Hostname: ${content}`,
      `flow:to_server,established; content: "Host|3a| ${content}"; nocase; http_header; pcre: "/(^|[^A-Za-z0-9-\\.])${ruleRegex(content)}[^A-Za-z0-9-\\.]/H";`,
    ),
  ];
}

/** Rules for Snort 2 by attribute type. */
export const snortRules: Readonly<Record<string, (value: ExportValue) => RuleParts[]>> = {
  ...rulesOfBothDialects,
  domain: ({ value1 }) => domain(value1),
  hostname: ({ value1 }) => hostname(value1),
  'domain|ip': ({ value1, value2 }) => [
    ...domain(value1),
    ...toAddress(value2, 'any', value2),
    ...fromAddress(value2, 'any', value2),
  ],
  url: ({ value1 }) => {
    const content = ruleContent(value1);
    return [
      web(`Outgoing HTTP URL: ${content}`, `flow:to_server,established; content:"${content}"; nocase; http_uri;`),
    ];
  },
  'user-agent': ({ value1 }) => {
    const content = ruleContent(value1);
    return [web(`Outgoing User-Agent: ${content}`, `flow:to_server,established; content:"${content}"; http_header;`)];
  },
};
