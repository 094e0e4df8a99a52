import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { eventTagWire } from '../../knowledge/tags/wire.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import type { RelatedAhead } from '../../search/correlations/related-ahead.ts';
import {
  findRelatedEvents,
  findRelatedEventsBeside,
  type RelatedEventRow,
  relatedEventWire,
} from '../../search/correlations/related-events.ts';
import { findRelatedOfOne } from '../../search/correlations/related-of-one.ts';
import type { AnalystLists } from '../analyst-data/nested.ts';
import { withShortOrganisations } from '../analyst-data/wire.ts';
import type { Extensions } from '../event-extensions/extensions.ts';
import { eventReportsWire } from '../event-reports/service.ts';
import { keysOfEvents } from '../protection/keys.ts';
import { type Assembly, annotationsOf, groupBy, sharingGroupPart, sharingGroupsOf, tagGalaxies } from './assemble.ts';
import { eventScores } from './attribute-notes.ts';
import { extensionParts, type Family, idsOf, unique } from './family.ts';
import { type LinkedTag, loadEventTags } from './load.ts';
import type { ReadEventOptions } from './read-options.ts';
import { type EventHeader, eventWire, organisationsWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** What an event's JSON holds beside its attributes, objects and proposals, by where MISP puts it among these. */
export interface HeaderParts {
  /** Before the attributes: the event's own fields, organisations, sharing group. */
  readonly head: Wire;
  /** Between proposals and objects: related events, galaxies. */
  readonly context: Wire;
  /** Behind the objects: reports, keys, what is noted, tags. */
  readonly tail: Wire;
}

/** The parts as one, for those to whom their order is nothing. */
export function wholeHeader({ head, context, tail }: HeaderParts): Wire {
  return { ...head, ...context, ...tail };
}

/** Everything of the events but their attributes, objects and proposals. */
export async function readHeaderParts(
  assembly: Assembly,
  viewer: Viewer,
  families: readonly Family[],
  extensions: Extensions,
): Promise<(family: Family) => HeaderParts> {
  const { magpie, tx, options } = assembly;
  const headers = families.map((family) => family.header);
  const members = families.flatMap((family) => family.members);
  const ids = members.map((member) => member.id);
  const tags = groupBy(await loadEventTags(tx, ids, options), (tag) => tag.event_id);
  const galaxies = await tagGalaxies(assembly, [...tags.values()].flat(), 'event');
  const groups = await sharingGroupsOf(assembly, headers);
  const related: Related = options.correlations ? await relatedOf(assembly, members) : new Map();
  const noted = await annotationsOf(assembly, [...related.values()].flat(), { tellDepth: true });
  const withReports = !options.metadata && !options.noEventReports;
  const hasReports = withReports && assembly.holdings?.reports !== false;
  const reports = hasReports ? await reportsOf(assembly, ids) : new Map<number, Wire[]>();
  const emails = await creatorEmails(magpie, viewer, headers);
  const keyed = headers.filter((header) => header.protected !== null).map((header) => header.id);
  const keys = await keysOfEvents(tx, keyed);
  const annotations = await annotationsOf(assembly, headers, { tellDepth: true });
  const scores = await eventScores(assembly, headers);
  return (family) => {
    const { header } = family;
    const merged = idsOf(family);
    const own: LinkedTag[] = unique(merged.flatMap((id) => tags.get(id) ?? []));
    return {
      head: {
        ...eventWire(header, emails.get(header.id) ?? null),
        ...extensionParts(options, extensions.get(header.id) ?? []),
        ...organisationsWire(header),
        ...sharingGroupPart(groups, header),
      },
      context: {
        ...(options.correlations === false ? {} : { RelatedEvent: relatedWires(family, related, noted, options) }),
        Galaxy: galaxies(own),
      },
      tail: {
        ...(withReports ? { EventReport: merged.flatMap((id) => reports.get(id) ?? []) } : {}),
        CryptographicKey: keys.get(header.id) ?? [],
        ...eventAnnotations(annotations.get(header.uuid)),
        ...(scores === null ? {} : { event_scores: scores.get(header.id) ?? [] }),
        ...(own.length > 0 ? { Tag: own.map((tag) => eventTagWire(tag, tag)) } : {}),
      },
    };
  };
}

/** On an event all three lists are there as soon as one of them holds something; elsewhere only those that do. */
function eventAnnotations(lists: AnalystLists | undefined): AnalystLists {
  if (lists === undefined) return {};
  const { Note = [], Opinion = [], Relationship = [] } = lists;
  return {
    Note: Note.map(withShortOrganisations),
    // MISP has read opinions before, as answers to the notes.
    Opinion: Note.length > 0 ? Opinion : Opinion.map(withShortOrganisations),
    Relationship: Relationship.map(withShortOrganisations),
  };
}

/** The reports of events with what is noted about them. */
async function reportsOf(assembly: Assembly, ids: readonly number[]): Promise<Map<number, Wire[]>> {
  const reports = await eventReportsWire(assembly.tx, ids, assembly.options);
  const keys = [...reports.values()].flat().map(({ uuid }) => ({ uuid: String(uuid) }));
  const annotations = await annotationsOf(assembly, keys);
  if (annotations.size === 0) return reports;
  const annotated = (report: Wire): Wire => ({ ...report, ...annotations.get(String(report.uuid)) });
  return new Map([...reports].map(([id, list]) => [id, list.map(annotated)]));
}

/** Related events by the event they are related to. */
export type Related = ReadonlyMap<number, RelatedEventRow[]>;

/** Of the events that correlate at all. */
function relatedOf({ magpie, tx }: Assembly, headers: readonly EventHeader[]): Promise<Related> {
  const ids = headers.filter((header) => !header.disable_correlation).map((header) => header.id);
  return findRelatedEvents(tx, ids, correlationLimits(magpie));
}

/** The same on other connections than the reader's own, from ids alone; an event that does not correlate has none. */
export async function relatedBeside(
  magpie: Magpie,
  viewer: Viewer,
  ids: readonly number[],
  ahead: RelatedAhead | null,
): Promise<Related> {
  const [id, ...more] = ids;
  const limits = correlationLimits(magpie);
  if (id === undefined || more.length > 0) return findRelatedEventsBeside(magpie.database, viewer, ids, limits);
  const found = (await ahead?.rows()) ?? null;
  return new Map([[id, found ?? (await findRelatedOfOne(magpie.database, viewer, id, limits))]]);
}

/** Related events, each with what is noted about it beside it. */
export function relatedWires(
  family: Family,
  related: Related,
  noted: Awaited<ReturnType<typeof annotationsOf>>,
  { inboundOfRelated = false }: ReadEventOptions,
): Wire[] {
  const rows = idsOf(family).flatMap((id) => related.get(id) ?? []);
  return (family.members.length > 1 ? unique(rows) : rows).map((row) => {
    const wire = relatedEventWire(row);
    if (noted.size > 0) Object.assign(wire, noted.get(row.uuid));
    if (inboundOfRelated) wire.RelationshipInbound = [];
    return wire;
  });
}

/** The creator's address is for site administrators, and for auditors of the creator organisation. */
async function creatorEmails(
  magpie: Magpie,
  viewer: Viewer,
  headers: readonly EventHeader[],
): Promise<Map<number, string>> {
  const shown = headers.filter(
    (header) =>
      can(viewer, 'perm_site_admin') || (can(viewer, 'perm_audit') && header.orgc_id === viewer.organisationId),
  );
  const emails = new Map<number, string>();
  for (const header of shown) {
    const account = await magpie.accounts.byUserId(header.user_id);
    if (account) emails.set(header.id, account.email);
  }
  return emails;
}
