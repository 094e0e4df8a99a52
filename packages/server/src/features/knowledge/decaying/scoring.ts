import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readList } from '../../../http/lenient.ts';
import { selectKnownTags } from '../tags/queries.ts';
import { type DecayingModelRow, selectDecayingModels, selectMappings } from './queries.ts';
import { baseScore, currentScore, type ModelParameters, type NumberedTag, readParameters } from './score.ts';
import { modelWire } from './wire.ts';

/** How scores are wanted. */
export interface DecayWanted {
  /** Only these models (ids, uuids or names), whatever types they are for; null: every enabled one that applies. */
  models: readonly string[] | null;
  /** Leave out what every model calls decayed. */
  excludeDecayed: boolean;
  /** Parameters that stand in for the models' own. */
  overrides: JsonObject;
  fullModel: boolean;
}

/** A tag as far as scoring looks at it. */
export interface TagForScore {
  name: string;
  numerical_value: number | null;
}

/** An attribute to be scored. */
export interface ScorableAttribute {
  id: number;
  type: string;
  timestamp: number;
  /** Microseconds since 1970, null when not known. */
  lastSeen: number | null;
  tags: readonly TagForScore[];
  eventTags: readonly TagForScore[];
}

/** A score in MISP's JSON; its numbers are numbers. */
export interface DecayScore {
  score: number;
  base_score: number;
  decayed: boolean;
  DecayingModel: Record<string, unknown>;
}

/** Scores of attributes by id; attributes that no model applies to are missing. */
export type Scorer = (attributes: readonly ScorableAttribute[]) => Promise<Map<number, DecayScore[]>>;

/** Reads the parameters of searches and views; null when no scores are asked for. */
export function readDecayWanted(raw: (name: string) => unknown): DecayWanted | null {
  const flag = (name: string) => raw(name) !== undefined && raw(name) !== null && readBoolean(raw(name)) !== false;
  if (!flag('includeDecayScore') && !flag('excludeDecayed')) return null;
  return readDecayOptions(raw);
}

/** Reads which scores of the event itself are asked for (`includeScoresOnEvent`); null for none. */
export function readEventScoresWanted(raw: (name: string) => unknown): DecayWanted | null {
  const wanted = raw('includeScoresOnEvent');
  return wanted === undefined || wanted === null || readBoolean(wanted) === false ? null : readDecayOptions(raw);
}

function readDecayOptions(raw: (name: string) => unknown): DecayWanted {
  const flag = (name: string) => raw(name) !== undefined && raw(name) !== null && readBoolean(raw(name)) !== false;
  const models = (isGiven(raw('decayingModel')) ? (readList(raw('decayingModel')) ?? []) : []).map((sent) => {
    const key = typeof sent === 'number' ? String(sent) : sent;
    if (typeof key !== 'string' || key.trim() === '') {
      throw new BadRequest('Invalid value for decayingModel: it takes ids or names of models.');
    }
    return key.trim().toLowerCase();
  });
  const overrides = readOverrides(raw('modelOverrides'));
  const threshold = readThreshold(raw('score'));
  return {
    models: models.length === 0 ? null : models,
    excludeDecayed: flag('excludeDecayed'),
    overrides: threshold === null ? overrides : { ...overrides, threshold },
    fullModel: flag('includeFullModel'),
  };
}

function isGiven(sent: unknown): boolean {
  return sent !== undefined && sent !== null && sent !== false && sent !== '';
}

function readThreshold(sent: unknown): number | null {
  if (!isGiven(sent)) return null;
  const number = typeof sent === 'number' || typeof sent === 'string' ? Number(sent) : Number.NaN;
  if (!Number.isFinite(number)) throw new BadRequest('Invalid value for score: it takes a number.');
  return number;
}

/** An object, or its JSON as it stands in a URL. */
function readOverrides(sent: unknown): JsonObject {
  if (!isGiven(sent)) return {};
  const value = typeof sent === 'string' ? parse(sent) : sent;
  if (isObject(value)) return value;
  // PHP's clients send an empty list for an empty map.
  if (Array.isArray(value) && value.length === 0) return {};
  throw new BadRequest('Invalid value for modelOverrides: it takes an object of parameters.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** True when there are scores and all of them are below their thresholds. */
export function isDecayed(scores: readonly DecayScore[] | undefined): boolean {
  return scores !== undefined && scores.length > 0 && scores.every((score) => score.decayed);
}

/** An event to be scored by its own tags. */
export interface ScorableEvent {
  id: number;
  /** Epoch seconds; 0 when it was never published. */
  publishTimestamp: number;
  tags: readonly TagForScore[];
}

/**
 * Scores of events by id: the formulas of all models that the viewer may use, with the tags of the event, from the time
 * at which it was published.
 */
export async function scoreEvents(
  tx: Transaction,
  wanted: DecayWanted,
  events: readonly ScorableEvent[],
  now: number,
): Promise<Map<number, DecayScore[]>> {
  const models = await loadModels(tx, wanted);
  const numberOf = await tagNumbers(
    tx,
    events.flatMap((event) => event.tags),
  );
  return new Map(
    events.map(({ id, publishTimestamp, tags }) => {
      const scores = models.map(({ row, parameters, wire }): DecayScore => {
        const base = baseScore(parameters, [], numberOf(tags));
        const age = Math.max(0, now - publishTimestamp);
        const score = currentScore(row.formula, parameters, base, {
          ageSeconds: age,
          unchangedSeconds: age,
          retentionDays: retentionDays(numberOf(tags)),
          truePositives: 0,
          falsePositives: 0,
        });
        return { score, base_score: base, decayed: score < parameters.threshold, DecayingModel: wire };
      });
      return [id, scores];
    }),
  );
}

/** What tags of taxonomy `retention` say. */
export function retentionDays(tags: readonly NumberedTag[]): number[] {
  return tags.filter((tag) => tag.name.toLowerCase().startsWith('retention:')).map((tag) => tag.value);
}

interface Model {
  row: DecayingModelRow;
  types: ReadonlySet<string>;
  parameters: ModelParameters;
  wire: Record<string, unknown>;
}

/**
 * Prepares a scorer with the models that the viewer may use: one statement a batch of attributes for their sightings,
 * and one for numbers of tags that no batch before had.
 */
export async function createScorer(tx: Transaction, wanted: DecayWanted, now: number): Promise<Scorer> {
  const models = await loadModels(tx, wanted);
  const forType = new Map<string, readonly Model[]>();
  const applicable = (type: string) => {
    const known = forType.get(type);
    if (known) return known;
    const found = models.filter((model) => wanted.models !== null || model.types.has(type));
    forType.set(type, found);
    return found;
  };
  const learnNumbers = createTagNumbers(tx);
  return async (attributes) => {
    const scored = attributes.filter((attribute) => applicable(attribute.type).length > 0);
    if (scored.length === 0) return new Map();
    const sightings = await loadSightings(
      tx,
      scored.map((attribute) => attribute.id),
    );
    const numberOf = await learnNumbers(scored.flatMap((attribute) => [...attribute.tags, ...attribute.eventTags]));
    return new Map(
      scored.map((attribute) => {
        const evidence = evidenceOf(attribute, sightings.get(attribute.id), numberOf, now);
        const scores = applicable(attribute.type).map(({ row, parameters, wire }): DecayScore => {
          const base = baseScore(parameters, numberOf(attribute.tags), numberOf(attribute.eventTags));
          const score = currentScore(row.formula, parameters, base, evidence);
          return { score, base_score: base, decayed: score < parameters.threshold, DecayingModel: wire };
        });
        return [attribute.id, scores];
      }),
    );
  };
}

async function loadModels(tx: Transaction, wanted: DecayWanted): Promise<Model[]> {
  const visible = await selectDecayingModels(tx, { limit: null, offset: 0 });
  const keysOf = (row: DecayingModelRow) => [String(row.id), row.uuid, row.name.toLowerCase()];
  const known = new Set(visible.flatMap(keysOf));
  // The number of a model that is gone finds nothing; a name that nobody gave is a mistake.
  const unknown = wanted.models?.find((key) => !known.has(key) && readId(key) === null);
  if (unknown !== undefined) throw new BadRequest('Invalid value for decayingModel: there is no model of this name.');
  const rows = visible.filter((row) => {
    if (wanted.models !== null) return keysOf(row).some((key) => wanted.models?.includes(key));
    return row.enabled && (row.all_orgs || row.org_id === tx.viewer?.organisationId);
  });
  const mappings = await selectMappings(
    tx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    row,
    types: new Set([
      ...row.attribute_types,
      ...mappings.filter((mapping) => mapping.model_id === row.id).map((mapping) => mapping.attribute_type),
    ]),
    parameters: readParameters({ ...(isObject(row.parameters) ? row.parameters : {}), ...wanted.overrides }),
    wire: wanted.fullModel ? modelWire(row) : { id: String(row.id), name: row.name },
  }));
}

interface SightingSummary {
  attribute_id: number;
  last: number | null;
  positives: number;
  negatives: number;
}

/** The sightings that the viewer sees, summed up for all attributes at once. Uses sightings_attribute. */
async function loadSightings(tx: Transaction, ids: readonly number[]): Promise<Map<number, SightingSummary>> {
  const rows = await tx.prepared<SightingSummary>(
    `select attribute_id, max(date_sighting) filter (where type = 0) as last, count(*) filter (where type = 0) as positives,
       count(*) filter (where type = 1) as negatives
     from visible_sightings where attribute_id = any ($1::bigint[]) group by attribute_id`,
    [ids],
  );
  return new Map(rows.map((row) => [row.attribute_id, row]));
}

/** Gives tags their numbers. */
export type NumberedTags = (tags: readonly TagForScore[]) => NumberedTag[];

/** The number of a tag is its own, else what its taxonomy says; tags without one do not count. */
export function tagNumbers(tx: Transaction, all: readonly TagForScore[]): Promise<NumberedTags> {
  return createTagNumbers(tx)(all);
}

/** The same for batch after batch: what taxonomies say of a tag is asked once. */
function createTagNumbers(tx: Transaction): (all: readonly TagForScore[]) => Promise<NumberedTags> {
  const numbers = new Map<string, number | null>();
  const numberOf: NumberedTags = (tags) =>
    tags.flatMap(({ name, numerical_value }) => {
      const value = numerical_value ?? numbers.get(name) ?? null;
      return value === null ? [] : [{ name, value }];
    });
  return async (all) => {
    const unknown = new Set<string>();
    for (const { name, numerical_value } of all) {
      if (numerical_value === null && !numbers.has(name)) unknown.add(name);
    }
    if (unknown.size > 0) {
      const known = await selectKnownTags(tx, [...unknown]);
      for (const name of unknown) numbers.set(name, known.get(name.toLowerCase())?.numericalValue ?? null);
    }
    return numberOf;
  };
}

/** Age counts from the last sighting, unless the attribute changed since; else from `last_seen`, else from its change. */
function evidenceOf(
  attribute: ScorableAttribute,
  sightings: SightingSummary | undefined,
  numberOf: NumberedTags,
  now: number,
) {
  const seen = attribute.lastSeen === null ? attribute.timestamp : Math.floor(attribute.lastSeen / 1_000_000);
  const last = sightings?.last ?? null;
  const since = last !== null && last >= attribute.timestamp ? last : seen;
  return {
    ageSeconds: Math.max(0, now - since),
    unchangedSeconds: now - attribute.timestamp,
    retentionDays: retentionDays(numberOf([...attribute.tags, ...attribute.eventTags])),
    truePositives: sightings?.positives ?? 0,
    falsePositives: sightings?.negatives ?? 0,
  };
}
