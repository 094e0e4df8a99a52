import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { databaseTime } from '../../administration/database-time.ts';
import { loadAttributeTags, loadEventTags } from '../../intelligence/events/load.ts';
import type { AttributeRow } from '../../intelligence/events/rows.ts';
import { sightingsOfAttributes } from '../../intelligence/sightings/service.ts';
import type { DecayingModelRow } from './queries.ts';
import { currentScore, type ModelParameters, readParameters, type WeighedTags, weighTags } from './score.ts';
import { retentionDays, tagNumbers } from './scoring.ts';
import { editableWire } from './wire.ts';

type Wire = Record<string, unknown>;

const DAY_SECONDS = 86_400;
/** Points of the curve beside those at which a sighting is. */
const STEPS = 200;
const MOST_SIGHTINGS = 1000;

interface SeenAt {
  readonly at: number;
  readonly type: number;
}

/**
 * How an attribute's score falls under a model: the curve as CSV, what the base score comes from, and the score of now.
 * The curve begins when the attribute was last changed (or last seen) and ends a lifetime after the last sighting.
 */
export async function simulate(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  model: DecayingModelRow,
  attribute: AttributeRow,
): Promise<Wire> {
  const tags = {
    attribute: await loadAttributeTags(tx, [attribute.id], { includeAllTags: true }),
    event: await loadEventTags(tx, [attribute.event_id], { includeAllTags: true }),
  };
  const numberOf = await tagNumbers(tx, [...tags.attribute, ...tags.event]);
  const parameters = readParameters(model.parameters);
  const weighed = weighTags(parameters, numberOf(tags.attribute), numberOf(tags.event));
  const sightings = (await sightingsOfAttributes(magpie, tx, viewer, [attribute.id])).get(attribute.id) ?? [];
  const curve = {
    formula: model.formula,
    parameters,
    base: weighed.baseScore,
    changed: attribute.timestamp,
    begin: attribute.last_seen === null ? attribute.timestamp : Math.floor(attribute.last_seen / 1_000_000),
    retention: retentionDays(numberOf([...tags.attribute, ...tags.event])),
    seen: sightings.map(({ date_sighting, type }) => ({ at: Number(date_sighting), type: Number(type) })),
  };
  const last = lastSeenBy(curve, Number.POSITIVE_INFINITY);
  return {
    csv: writeCsv(curve),
    sightings: sightings.slice(-MOST_SIGHTINGS),
    base_score_config: baseScoreWire(parameters, weighed),
    last_sighting: String(last ?? curve.begin),
    current_score: scoreAt(curve, magpie.now()),
    Model: editableWire(viewer, model),
  };
}

/** What a base score comes from, in the answers of the tool. */
export function baseScoreWire(parameters: ModelParameters, weighed: WeighedTags): Wire {
  const ratios: Record<string, number> = Object.create(null);
  for (const { base, ratio } of weighed.tags) ratios[base] = (ratios[base] ?? 0) + ratio;
  return {
    base_score: weighed.baseScore,
    default_base_score: parameters.defaultBaseScore,
    taxonomy_effective_ratios: ratios,
    tags: weighed.tags.map(({ name, value, ratio }) => ({ name, numerical_value: value, ratio })),
    overridden: weighed.overridden.map(({ name, value }) => ({ name, numerical_value: value })),
  };
}

/** Parameters of a model that is tried out: those of the body over those that are stored. */
export function triedParameters(model: DecayingModelRow, body: JsonObject): DecayingModelRow {
  const tried: JsonObject = isObject(model.parameters) ? { ...model.parameters } : {};
  for (const name of ['lifetime', 'decay_speed', 'threshold', 'default_base_score', 'base_score_config']) {
    if (body[name] !== undefined) tried[name] = body[name];
  }
  return { ...model, parameters: tried };
}

interface Curve {
  readonly formula: string;
  readonly parameters: ModelParameters;
  readonly base: number;
  /** When the attribute was changed, epoch seconds. */
  readonly changed: number;
  /** From when it ages until it is sighted. */
  readonly begin: number;
  readonly retention: readonly number[];
  readonly seen: readonly SeenAt[];
}

/** Its last sighting until then that counts; null when there is none, or the attribute was changed after it. */
function lastSeenBy({ seen, changed }: Curve, time: number): number | null {
  const times = seen.filter(({ at, type }) => type === 0 && at <= time).map(({ at }) => at);
  const last = times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b));
  return last !== null && last >= changed ? last : null;
}

function scoreAt(curve: Curve, time: number): number {
  const { formula, parameters, base, changed, begin, retention, seen } = curve;
  const until = seen.filter(({ at }) => at <= time);
  return currentScore(formula, parameters, base, {
    ageSeconds: Math.max(0, time - (lastSeenBy(curve, time) ?? begin)),
    unchangedSeconds: time - changed,
    retentionDays: retention,
    truePositives: until.filter(({ type }) => type === 0).length,
    falsePositives: until.filter(({ type }) => type === 1).length,
  });
}

function writeCsv(curve: Curve): string {
  const start = Math.min(curve.begin, ...curve.seen.slice(-MOST_SIGHTINGS).map(({ at }) => at));
  const end = (lastSeenBy(curve, Number.POSITIVE_INFINITY) ?? curve.begin) + lifetimeSeconds(curve.parameters);
  const step = Math.max(1, Math.ceil((end - start) / STEPS));
  const times = new Set(curve.seen.slice(-MOST_SIGHTINGS).map(({ at }) => at));
  for (let time = start; time <= end; time += step) times.add(time);
  const lines = [...times].sort((a, b) => a - b).map((time) => `${writeTime(time)},${scoreAt(curve, time)}`);
  return `date,value\n${lines.join('\n')}`;
}

function lifetimeSeconds({ lifetimeDays }: ModelParameters): number {
  return Math.max(1, Math.min(lifetimeDays, 36_500)) * DAY_SECONDS;
}

function writeTime(seconds: number): string {
  return databaseTime(new Date(Math.min(seconds, 8.64e12) * 1000));
}
