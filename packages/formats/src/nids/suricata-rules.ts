import { isIP } from 'node:net';
import type { ExportValue } from '../export-attribute.ts';
import { ruleContent, ruleRegex } from './escape.ts';
import { flow, outgoing, type RuleParts } from './rule-parts.ts';
import { fromAddress, rulesOfBothDialects, toAddress } from './rules-of-both-dialects.ts';

function dns(text: string, content: string, left: string): RuleParts {
  return {
    ...flow('dns', ['any', 'any'], ['any', 'any']),
    text,
    content: `dns.query; content:"${content}"; nocase; pcre: "/(^|[^${left}])${ruleRegex(content)}$/i";`,
    tagsSession: false,
  };
}

function domain(value: string): RuleParts[] {
  const content = ruleContent(value);
  return [
    dns(`Domain ${content}`, content, 'A-Za-z0-9-'),
    {
      ...outgoing('http', 'any'),
      text: `Outgoing HTTP Domain ${content}`,
      content: `flow:to_server,established; http.header; content: "Host|3a|"; nocase; http.header; content:"${content}"; fast_pattern; nocase; pcre: "/(^|[^A-Za-z0-9-])${ruleRegex(content)}[^A-Za-z0-9-\\.]/Hi";`,
      tagsSession: true,
    },
  ];
}

function hostname(value: string): RuleParts[] {
  const content = ruleContent(value);
  return [
    dns(`Hostname ${content}`, content, 'A-Za-z0-9-\\.'),
    {
      ...outgoing('http', 'any'),
      text: `Outgoing HTTP Hostname ${content}`,
      content: `flow:to_server,established; http.header; content: "Host|3a| ${content}"; fast_pattern; nocase; pcre: "/(^|[^A-Za-z0-9-\\.])${ruleRegex(content)}[^A-Za-z0-9-\\.]/Hi";`,
      tagsSession: true,
    },
  ];
}

/** One that is none would have the rule refused. */
function isPort(text: string | undefined): boolean {
  return text !== undefined && Number(text) >= 1 && Number(text) <= 65_535;
}

const URL_PARTS = /^([a-z][a-z\d+.-]*):\/\/(?:[^/?#@]*@)?(\[[^\]]+\]|[^/?#:]+)(?::(\d{1,5}))?([^?#]*)/i;

/** By scheme; addresses stand in the head of the rule, names in its content. */
function url(value: string): RuleParts[] {
  const [, scheme = '', host = '', sentPort, path = ''] = URL_PARTS.exec(value) ?? [];
  const port = isPort(sentPort) ? sentPort : undefined;
  const text = `Outgoing URL ${ruleContent(value)}`;
  const address = host.replace(/^\[|\]$/g, '');
  const isAddress = isIP(address) !== 0;
  const content = ruleContent(address);
  switch (scheme.toLowerCase()) {
    case 'http': {
      const hostPart = path === '' ? `content:"${content}"; nocase;` : `content:"${content}"; fast_pattern; nocase;`;
      const pathPart = path === '' ? '' : ` http.uri; content:"${ruleContent(path)}"; nocase;`;
      const parts = flow('http', ['$HOME_NET', 'any'], [isAddress ? address : '$EXTERNAL_NET', port ?? '$HTTP_PORTS']);
      return [
        {
          ...parts,
          text,
          content: `flow:to_server,established; http.header; ${hostPart}${pathPart}`,
          tagsSession: true,
        },
      ];
    }
    case 'https':
      return [
        { ...outgoing('tls', port ?? '443'), text, content: `tls.sni; content:"${content}";`, tagsSession: true },
      ];
    case 'ssh':
    case 'ftp': {
      if (!isAddress) return [];
      const protocol = scheme.toLowerCase();
      const usual = protocol === 'ssh' ? '$SSH_PORTS' : '[20,21]';
      const parts = flow('tcp', ['$HOME_NET', 'any'], [address, port ?? usual]);
      return [{ ...parts, text, content: `flow:to_server; app-layer-protocol:${protocol};`, tagsSession: true }];
    }
    default:
      return [
        {
          ...outgoing('http', 'any'),
          text,
          content: `http.uri; content:"${ruleContent(value)}"; fast_pattern; nocase;`,
          tagsSession: true,
        },
      ];
  }
}

/** Rules for Suricata by attribute type. */
export const suricataRules: Readonly<Record<string, (value: ExportValue) => RuleParts[]>> = {
  ...rulesOfBothDialects,
  domain: ({ value1 }) => domain(value1),
  hostname: ({ value1 }) => hostname(value1),
  'domain|ip': ({ value1, value2 }) => [
    ...domain(value1),
    ...toAddress(value2, 'any', value2),
    ...fromAddress(value2, 'any', value2),
  ],
  url: ({ value1 }) => url(value1),
  'user-agent': ({ value1 }) => {
    const content = ruleContent(value1);
    return [
      {
        ...outgoing('http', 'any'),
        text: `Outgoing User-Agent ${content}`,
        content: `flow:to_server,established; content:"${content}"; fast_pattern; http_user_agent;`,
        tagsSession: true,
      },
    ];
  },
  'ja3-fingerprint-md5': ({ value1 }) => {
    const content = ruleContent(value1);
    return [
      {
        ...flow('tls', ['any', 'any'], ['any', 'any']),
        text: `JA3 Hash: ${content}`,
        content: `ja3.hash; content:"${content}"; fast_pattern;`,
        tagsSession: true,
      },
    ];
  },
};
