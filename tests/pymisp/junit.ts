/** Outcome of one test in a JUnit report. */
export interface TestOutcome {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
  /** First line of the failure or of the reason for skipping. */
  readonly message: string;
}

/** Reads the test cases of a JUnit report as pytest writes it. */
export function readJunit(xml: string): TestOutcome[] {
  const outcomes: TestOutcome[] = [];
  for (const [, attributes = '', , content = ''] of xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const problem = /<(failure|error|skipped)\b([^>]*)>/.exec(content);
    outcomes.push({
      name: attribute(attributes, 'name'),
      seconds: Number(attribute(attributes, 'time')),
      outcome: problem === null ? 'passed' : problem[1] === 'skipped' ? 'skipped' : 'failed',
      message: problem === null ? '' : (attribute(problem[2] ?? '', 'message').split('\n')[0] ?? ''),
    });
  }
  return outcomes;
}

function attribute(attributes: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return value
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
