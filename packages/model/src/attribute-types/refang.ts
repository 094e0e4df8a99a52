const rules: readonly { pattern: RegExp; to: string; types: ReadonlySet<string> }[] = [
  { pattern: /^(hxxp|hxtp|htxp|meow|h\[tt\]p)/i, to: 'http', types: new Set(['link', 'url']) },
  {
    pattern: /\[\.\]|\[dot\]|\(dot\)/g,
    to: '.',
    types: new Set([
      ...['link', 'url', 'ip-dst', 'ip-src', 'domain|ip', 'domain', 'hostname'],
      ...['email', 'email-src', 'email-dst'],
    ]),
  },
  { pattern: /\[hxxp:\/\/\]/g, to: 'http://', types: new Set(['link', 'url']) },
  { pattern: /\[@\]|\[at\]/g, to: '@', types: new Set(['email', 'email-src', 'email-dst']) },
  { pattern: /\[:\]/g, to: ':', types: new Set(['url', 'link']) },
];

/** Undoes the notations that keep indicators from being clicked (`hxxp://a[.]b`), for the types they are used in. */
export function refang(type: string, value: string): string {
  return rules.reduce((text, rule) => (rule.types.has(type) ? text.replace(rule.pattern, rule.to) : text), value);
}

/** All refanging rules at once, for text whose type is not known yet. */
export function refangAny(text: string): string {
  return rules.reduce((result, rule) => result.replace(rule.pattern, rule.to), text);
}
