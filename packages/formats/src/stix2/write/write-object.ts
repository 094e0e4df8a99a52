import { ruleTemplates, templates } from '../facts/templates.ts';
import { flag, type Json, objects, text } from '../json.ts';
import { annotate } from './annotations.ts';
import { ruleParts, sdoProperties, xMispAttributes } from './domain-objects.ts';
import type { EventOutput } from './event-output.ts';
import { LOST, lostOfObject } from './lost-parts.ts';
import { marked } from './markings.ts';
import type { Part } from './member-values.ts';
import { withObservables } from './observed-data.ts';
import { buildFile, type PartTree } from './pe-files.ts';
import {
  type ElementContext,
  relateClusters,
  tagNames,
  timesOf,
  writeClusters,
  writeIndicator,
} from './write-attribute.ts';

/** An object with the objects that become parts of it. */
export interface ObjectTree {
  readonly object: Json;
  readonly included: readonly ObjectTree[];
}

/** The attributes of an object, as the builders look at them. */
function partsOf(object: Json): Part[] {
  return objects(object, 'Attribute').map((attribute) => ({
    uuid: text(attribute, 'uuid').toLowerCase(),
    relation: text(attribute, 'object_relation'),
    type: text(attribute, 'type'),
    category: text(attribute, 'category'),
    value: text(attribute, 'value'),
    toIds: flag(attribute.to_ids),
    comment: text(attribute, 'comment'),
    data: text(attribute, 'data'),
  }));
}

function treeOf({ object, included }: ObjectTree): PartTree {
  return {
    name: text(object, 'name'),
    uuid: text(object, 'uuid').toLowerCase(),
    parts: partsOf(object),
    included: included.map(treeOf),
  };
}

function everyObject({ object, included }: ObjectTree): Json[] {
  return [object, ...included.flatMap(everyObject)];
}

/** Writes an object with what became part of it; their references are written later, by the event. */
export function writeObject(out: EventOutput, tree: ObjectTree): void {
  const { object } = tree;
  const members = everyObject(tree).flatMap((one) => objects(one, 'Attribute'));
  const times = timesOf(object);
  const tags = [...new Set(members.flatMap(tagNames))];
  const { markings, labels: own } = out.mark(tags);
  const context: ElementContext = {
    uuid: text(object, 'uuid').toLowerCase(),
    times,
    labels: [`misp:name="${text(object, 'name')}"`, `misp:meta-category="${text(object, 'meta-category')}"`, ...own],
    markings,
    comment: text(object, 'comment'),
    phase: text(object, 'meta-category'),
  };
  for (const member of members) writeClusters(out, member, times.seconds);
  const ids = writeShape(out, tree, context);
  const kinds = ids.map((id) => id.slice(0, -38)).join(' ');
  out.place(context.uuid, kinds);
  for (const one of everyObject(tree)) {
    if (one !== object) out.placeWithin(text(one, 'uuid').toLowerCase(), context.uuid);
  }
  for (const member of members) out.placeMember(text(member, 'uuid').toLowerCase(), context.uuid);
  const [main] = ids;
  if (main === undefined) return;
  // The parts of an object are nothing of their own in STIX: who refers to one refers to the object.
  relateClusters(out, members, main, times);
  for (const member of members) annotate(out, member, ids, true);
  for (const one of everyObject(tree)) annotate(out, one, ids, one !== object);
}

function writeShape(out: EventOutput, tree: ObjectTree, context: ElementContext): string[] {
  const { object } = tree;
  const parts = partsOf(object);
  return (
    writeObserved(out, tree, context) ??
    writeRule(out, object, parts, context) ??
    writeSdo(out, object, parts, context) ?? [writeCustom(out, tree, parts, context)]
  );
}

function lostOf(tree: ObjectTree, artifacts: ReadonlySet<string>): Json {
  const [own, ...folded] = everyObject(tree).map((object) => ({
    ...lostOfObject(object, artifacts),
    ...(object === tree.object ? {} : keptReferences(object)),
  }));
  return {
    [LOST]: {
      Object: own,
      ...(folded.length === 0 ? {} : { folded, ...keptReferences(tree.object, tree.included) }),
    },
  };
}

/** References that are not relationships, since their target became a part. */
function keptReferences(object: Json, included?: readonly ObjectTree[]): Json {
  const targets = included && new Set(included.map((tree) => text(tree.object, 'uuid')));
  const references = objects(object, 'ObjectReference').filter(
    (reference) => targets === undefined || targets.has(text(reference, 'referenced_uuid')),
  );
  if (references.length === 0) return {};
  return {
    ObjectReference: references.map((reference) => ({
      uuid: text(reference, 'uuid'),
      referenced_uuid: text(reference, 'referenced_uuid'),
      relationship_type: text(reference, 'relationship_type'),
      comment: text(reference, 'comment'),
    })),
  };
}

function writeObserved(out: EventOutput, tree: ObjectTree, context: ElementContext): string[] | null {
  const name = text(tree.object, 'name');
  const built = templates[name] && buildFile(treeOf(tree), out.version);
  if (!built || (out.version === '2.0' && name === 'registry-key-value')) return null;
  // In STIX 2.0 observables have no ids to be found by.
  const named = out.version === '2.0' ? [] : built.scos.filter(({ type }) => type === 'artifact');
  const artifacts = new Set(named.map(({ id }) => String(id).slice(-36)));
  const ids = [withObservables(out, context, built.scos, lostOf(tree, artifacts))];
  if (built.pattern !== '') {
    ids.push(writeIndicator(out, context, { pattern: `[${built.pattern}]`, marked: false }));
  }
  return ids;
}

/** Templates whose domain objects say the meta-category as a phase. */
const PHASED: ReadonlySet<string> = new Set(['attack-pattern', 'script']);

const NOTHING: ReadonlySet<string> = new Set();

function writeRule(out: EventOutput, object: Json, parts: readonly Part[], context: ElementContext): string[] | null {
  const template = ruleTemplates[text(object, 'name')];
  if (template === undefined || (out.version === '2.0' && template.patternType !== 'stix')) return null;
  const rule = ruleParts(template, parts);
  if (rule === null) return null;
  const { comment: _written, ...rest } = context;
  const lost = lostOf({ object, included: [] }, NOTHING);
  const described = rule.properties.description === undefined ? context.comment : '';
  return [writeIndicator(out, { ...rest, comment: described }, { ...rule, lost })];
}

function writeSdo(
  out: EventOutput,
  object: Json,
  parts: readonly Part[],
  { uuid, times, labels, markings, phase }: ElementContext,
): string[] | null {
  const name = text(object, 'name');
  const body = sdoProperties(name, parts, out.version);
  if (body === null) return null;
  const { sdo, properties } = body;
  // Identities of objects are listed by the report as well; only the creator is not.
  const id = out.add({
    ...out.head(sdo, uuid, times),
    ...properties,
    ...(PHASED.has(name) ? { kill_chain_phases: [{ kill_chain_name: 'misp-category', phase_name: phase }] } : {}),
    labels: [...body.labels, ...labels],
    ...marked(markings),
    ...lostOf({ object, included: [] }, NOTHING),
  });
  return [id];
}

function writeCustom(
  out: EventOutput,
  tree: ObjectTree,
  parts: readonly Part[],
  { uuid, times, labels, markings, comment }: ElementContext,
): string {
  const { object } = tree;
  return out.add({
    ...out.head('x-misp-object', uuid, times),
    labels,
    ...marked(markings),
    x_misp_attributes: xMispAttributes(parts),
    ...(comment === '' ? {} : { x_misp_comment: comment }),
    x_misp_meta_category: text(object, 'meta-category'),
    x_misp_name: text(object, 'name'),
    ...lostOf(tree, NOTHING),
  });
}
