/** What one run of schemathesis found, by operation. */
export interface Findings {
  /** Operations that never answered with a 5xx. */
  readonly passed: number;
  /** Operations that did, and with what. */
  readonly failures: readonly string[];
  /** Operations for which schemathesis itself failed to make up requests. */
  readonly unasked: readonly string[];
}

/** Reads schemathesis's JUnit report: `failure` is a broken promise of the API, `error` one of the tool. */
export function readFindings(xml: string): Findings {
  const failures: string[] = [];
  const unasked: string[] = [];
  let passed = 0;
  for (const [, attributes = '', , content = ''] of xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = /\bname="([^"]*)"/.exec(attributes)?.[1] ?? '';
    if (/<failure\b/.test(content)) failures.push(`${name}: ${textOf(content)}`);
    else if (/<error\b/.test(content)) unasked.push(`${name}: ${textOf(content)}`);
    else if (!/<skipped\b/.test(content)) passed += 1;
  }
  return { passed, failures, unasked };
}

/** What the report says, on one line. */
function textOf(content: string): string {
  const plain = content
    .replaceAll(/<\/?(failure|error)\b([^>]*)>/g, (_tag, _kind, attributes: string) => messageOf(attributes))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#10;', ' ')
    .replaceAll('&amp;', '&');
  return plain.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

function messageOf(attributes: string): string {
  return ` ${/\bmessage="([^"]*)"/.exec(attributes)?.[1] ?? ''} `;
}
