import type { ExportAttribute } from '../export-attribute.ts';
import { messageText } from './escape.ts';
import { isRuleObject, objectRule } from './object-rules.ts';
import type { RuleParts } from './rule-parts.ts';
import { reframeRule, splitRules } from './shared-rule.ts';
import { snortRules } from './snort-rules.ts';
import { suricataRules } from './suricata-rules.ts';

/** The dialects of rules for network intrusion detection. */
export type NidsDialect = 'snort' | 'suricata';

/** What rules need to know beside their attributes. */
export interface NidsOptions {
  readonly dialect: NidsDialect;
  /** Where rule numbers of the reader begin. */
  readonly firstSid: number;
  /** Of this instance, without a slash at its end. */
  readonly baseUrl: string;
  /** Some objects are one rule, and tags of events stand behind those of attributes. */
  readonly wholeEvents: boolean;
}

const dialects = { snort: snortRules, suricata: suricataRules };

/**
 * Rules for Snort 2 or Suricata, a line each without a line break at the end: the numbers are made of the reader's own
 * range and the attributes' ids, so that they stay the same from one export to the next. Attributes of an object are to
 * follow each other.
 */
export async function* writeNids(
  batches: AsyncIterable<readonly ExportAttribute[]>,
  options: NidsOptions,
): AsyncGenerator<string> {
  yield head(options.dialect);
  let open: ExportAttribute[] = [];
  for await (const rows of batches) {
    let text = '';
    for (const row of rows) {
      const isPart = options.wholeEvents && row.object !== null && isRuleObject(row.object.name);
      if (open.length > 0 && open[0]?.objectId !== row.objectId) {
        text += objectText(open, options);
        open = [];
      }
      if (isPart) open.push(row);
      else text += attributeText(row, options);
    }
    if (text !== '') yield text;
  }
  const rest = objectText(open, options);
  if (rest !== '') yield rest;
}

function head(dialect: NidsDialect): string {
  return `# MISP export of IDS rules - optimized for ${dialect}
#
# These NIDS rules contain some variables that need to exist in your configuration.
# Make sure you have set:
#
# $HOME_NET     - Your internal network range
# $EXTERNAL_NET - The network considered as outside
# $SMTP_SERVERS - All your internal SMTP servers
# $HTTP_PORTS   - The ports used to contain HTTP traffic (not required with suricata export)
# `;
}

function objectText(rows: readonly ExportAttribute[], options: NidsOptions): string {
  const [first] = rows;
  if (!first?.object) return '';
  const rules = objectRule(first.object.name, rows);
  // MISP numbers these by the object's id, which some attribute has too; engines refuse a number twice.
  return frameAll(rules, first, Number(first.id), options);
}

function attributeText(row: ExportAttribute, options: NidsOptions): string {
  if (row.type === 'snort') return sharedText(row, options);
  const make = dialects[options.dialect][row.type];
  return make === undefined ? '' : frameAll(make(row), row, Number(row.id), options);
}

/** Numbers that an attribute has before those of the next begin. */
const MOST_RULES = 10;

function sharedText(row: ExportAttribute, options: NidsOptions): string {
  const prefix = `${messageHead(row, options)} snort-rule`;
  const rules = splitRules(row.value1).slice(0, MOST_RULES);
  return rules
    .map((text, index) => {
      const sid = sidOf(Number(row.id), index, options);
      const rule = reframeRule(text, { prefix, sid, reference: link(row, options) });
      return rule === null ? '' : `\n${rule}`;
    })
    .join('');
}

function frameAll(rules: readonly RuleParts[], row: ExportAttribute, id: number, options: NidsOptions): string {
  return rules.map((rule, index) => `\n${frameRule(rule, row, sidOf(id, index, options), options)}`).join('');
}

function sidOf(id: number, index: number, { firstSid }: NidsOptions): number {
  return firstSid + id * 10 + 1 + index;
}

function messageHead({ tags, event }: ExportAttribute, { wholeEvents }: NidsOptions): string {
  const shown = wholeEvents ? [...tags, ...event.tags] : tags;
  return `MISP e${event.id} [${messageText(shown.join(','))}]`;
}

function link({ event }: ExportAttribute, { baseUrl }: NidsOptions): string {
  return `reference:url,${baseUrl}/events/view/${event.id};`;
}

function frameRule(rule: RuleParts, row: ExportAttribute, sid: number, options: NidsOptions): string {
  const { protocol, source, sourcePort, destination, destinationPort, text, content, tagsSession } = rule;
  const message = `msg: "${messageHead(row, options)} ${text}";`;
  const tag = tagsSession ? 'tag:session,600,seconds;' : '';
  const end = `classtype:trojan-activity; sid:${sid}; rev:1; priority:${row.event.threatLevelId}; ${link(row, options)}`;
  return `alert ${protocol} ${source} ${sourcePort} -> ${destination} ${destinationPort} (${message} ${content} ${tag} ${end}) `;
}
