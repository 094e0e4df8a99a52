import { analysisStates, choiceName, distributions, threatLevels } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { AlertContent } from './content.ts';
import { defang } from './defang.ts';

const RULE = '='.repeat(46);
const LABEL_WIDTH = 12;
const TYPE_WIDTH = 18;
const NO_DISTRIBUTION = 'Unknown';

/** The text of a publish alert. What is newer than `markedSince` (epoch seconds; 0 for nothing) stands between stars. */
export function alertText(magpie: Magpie, content: AlertContent, markedSince: number): string {
  const parts = [
    headerText(magpie, content),
    ...relatedText(magpie, content),
    ...attributesText(content, markedSince),
    ...objectsText(content, markedSince),
    ...(content.isCut ? ['There is more: see the page of the event.'] : []),
    `You get this mail since you asked to be told of published events.
To get no more of them: ${unsubscribeUrl(magpie)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What goes to somebody who may not be told more without encryption. */
export function shortAlertText(magpie: Magpie, eventId: number): string {
  return `An event was published: ${eventUrl(magpie, eventId)}\n`;
}

/** Where a user changes what he is mailed: his own account. */
export function unsubscribeUrl(magpie: Magpie): string {
  return magpie.mail.url('/users/view/me');
}

function eventUrl(magpie: Magpie, id: number): string {
  return magpie.mail.url(`/events/view/${id}`);
}

function headerText(magpie: Magpie, { header, eventTags, sharingGroup }: AlertContent): string {
  const showsOrganisation = magpie.settings.get('MISP.showorg');
  const line = (label: string, text: string) => `${label.padEnd(LABEL_WIDTH)}: ${text}`;
  return [
    RULE,
    line('URL', eventUrl(magpie, header.id)),
    line('Event ID', String(header.id)),
    line('Date', header.date),
    ...(showsOrganisation
      ? [line('Reported by', header.orgc_name ?? ''), `Local owner of the event : ${header.org_name ?? ''}`]
      : []),
    `Distribution: ${choiceName(distributions, header.distribution) ?? NO_DISTRIBUTION}`,
    ...(sharingGroup === null ? [] : [`Sharing Group: ${sharingGroup}`]),
    `Tags: ${eventTags.join(', ')}`,
    `Threat Level: ${choiceName(threatLevels, header.threat_level_id) ?? ''}`,
    line('Analysis', choiceName(analysisStates, header.analysis) ?? ''),
    line('Description', header.info),
    RULE,
  ].join('\n');
}

function relatedText(magpie: Magpie, { related }: AlertContent): string[] {
  if (related.length === 0) return [];
  return [['Related to:', ...related.map(({ id, date }) => `${eventUrl(magpie, id)} (${date})`)].join('\n')];
}

function attributesText({ attributes }: AlertContent, markedSince: number): string[] {
  const outside = attributes.filter(({ object_id }) => object_id === 0);
  if (outside.length === 0) return [];
  return [['Attributes:', ...outside.flatMap((row) => attributeLines(row, markedSince, '  '))].join('\n')];
}

function objectsText({ attributes, objects }: AlertContent, markedSince: number): string[] {
  if (objects.length === 0) return [];
  const members = Map.groupBy(attributes, ({ object_id }) => object_id);
  const lines = objects.flatMap((object) => [
    starred(`${object.name}/${object.meta_category}`, object.timestamp, markedSince, '  '),
    ...(members.get(object.id) ?? []).flatMap((row) => attributeLines(row, markedSince, '    ')),
  ]);
  return [['Objects:', ...lines].join('\n')];
}

function attributeLines(row: AlertContent['attributes'][number], markedSince: number, indent: string): string[] {
  const kind = `${row.category}/${row.type}`.padEnd(TYPE_WIDTH);
  const value = row.value2 === '' ? row.value1 : `${row.value1}|${row.value2}`;
  const text = `${kind}: ${oneLine(defang(row.type, value))}${row.to_ids ? ' (IDS)' : ''}`;
  return [
    starred(text, row.timestamp, markedSince, indent),
    ...(row.tags.length > 0 ? [`${indent}- Tags: ${row.tags.join(', ')}`] : []),
  ];
}

function starred(text: string, timestamp: number, markedSince: number, indent: string): string {
  return markedSince > 0 && timestamp > markedSince ? `${indent}* ${text} *` : `${indent}${text}`;
}

/** A value may hold lines that look like parts of the mail. */
function oneLine(value: string): string {
  return value.replaceAll(/[\r\n]\s*/g, ' ');
}
