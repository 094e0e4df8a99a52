import type { ExportAttribute } from '../export-attribute.ts';
import { attributeRules, eventRules } from './generated-rules.ts';
import { sharedRules } from './shared-rules.ts';

/** What rules are made from; each part is read when its turn comes. */
export interface YaraParts {
  /** Attributes that rules are made of, event by event. */
  readonly indicators: () => AsyncIterable<readonly ExportAttribute[]>;
  /** Attributes that are rules. */
  readonly shared: () => AsyncIterable<readonly ExportAttribute[]>;
  /** One rule for many attributes of an event, instead of one each. */
  readonly wholeEvents: boolean;
}

const GENERATED = '// ===================================== GENERATED ====================================';
const AS_IS = '// =====================================   AS-IS  ====================================';

/** Rules for YARA (yara.readthedocs.io, "Writing YARA rules"), made of indicators, and those that were shared. */
export async function* writeYara(parts: YaraParts): AsyncGenerator<string> {
  yield `${GENERATED}\n`;
  yield* joined(generated(parts), '\n\n');
  yield `\n${AS_IS}\n`;
  yield* joined(textsOf(parts), '\n\n');
}

/** The same rules as JSON: `{"generated":[{"value","comment","valid"}],"as-is":[…]}`. */
export async function* writeYaraJson(parts: YaraParts): AsyncGenerator<string> {
  yield '{"generated": [';
  yield* joined(entries(generated(parts)), ', ');
  yield '], "as-is": [';
  yield* joined(sharedEntries(parts), ', ');
  yield ']}';
}

function generated({ indicators, wholeEvents }: YaraParts): AsyncGenerator<string> {
  return wholeEvents ? eventRules(indicators()) : attributeRules(indicators());
}

async function* textsOf({ shared }: YaraParts): AsyncGenerator<string> {
  for await (const { text } of sharedRules(shared())) yield text;
}

async function* entries(rules: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const value of rules) yield JSON.stringify({ value, comment: 'Generated. ', valid: true });
}

async function* sharedEntries({ shared }: YaraParts): AsyncGenerator<string> {
  for await (const { text, isValid } of sharedRules(shared())) {
    yield JSON.stringify({ value: text, comment: 'Loaded from source. ', valid: isValid });
  }
}

async function* joined(texts: AsyncIterable<string>, separator: string): AsyncGenerator<string> {
  let before = '';
  for await (const text of texts) {
    yield before + text;
    before = separator;
  }
}
