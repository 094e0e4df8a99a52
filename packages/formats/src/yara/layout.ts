import type { ExportEvent } from '../export-attribute.ts';
import { yaraText } from './strings.ts';

/** A rule as it is laid out; `meta`, strings and the condition are ready lines. */
export interface RuleLayout {
  readonly modules: readonly string[];
  readonly head: string;
  readonly meta: readonly string[];
  readonly strings: readonly string[];
  readonly condition: readonly string[];
}

/** MISP's layout of a rule: an empty line, modules it needs, and the rule with tabs, no line break at its end. */
export function layOut({ modules, head, meta, strings, condition }: RuleLayout): string {
  const indented = (lines: readonly string[]) => lines.map((line) => `\t\t${line}\n`).join('');
  return [
    `\n${modules.map((name) => `import "${name}"`).join('\n')}\n`,
    `${head}\n{\n\tmeta:\n${indented(meta)}`,
    strings.length === 0 ? '' : `\tstrings:\n${indented(strings)}`,
    `\tcondition:\n${indented(condition)}}`,
  ].join('');
}

/** The lines by which a rule says where it comes from. */
export function originMeta(event: ExportEvent, origin: string, source: string | null): string[] {
  return [
    `MISP_EVENT_INFO = ${yaraText(event.info)}`,
    `MISP_EVENT_UUID = ${yaraText(event.uuid)}`,
    `MISP_ORIGIN = ${yaraText(origin)}`,
    ...(source === null ? [] : [`MISP_UUID = ${yaraText(source)}`]),
  ];
}
