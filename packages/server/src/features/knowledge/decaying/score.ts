import { parseTagName } from '@magpie/model';
import { isObject, type JsonObject } from '../../../http/lenient.ts';

/** What a model's formula works with. */
export interface ModelParameters {
  lifetimeDays: number;
  /** δ of the formula: the larger, the longer a value stays near its base score. */
  decaySpeed: number;
  threshold: number;
  defaultBaseScore: number;
  /** Weight by taxonomy: `namespace` or `namespace:predicate`, in lower case. */
  weights: ReadonlyMap<string, number>;
  minimumSightings: number;
  truePositiveOffset: number;
  falsePositiveOffset: number;
}

/** A tag with the number that its taxonomy gives it. */
export interface NumberedTag {
  name: string;
  value: number;
}

/** What a score depends on beside the model. */
export interface Evidence {
  ageSeconds: number;
  /** Since the attribute itself changed. */
  unchangedSeconds: number;
  /** Numbers of the tags of taxonomy `retention`: days after which the attribute is worthless. */
  retentionDays: readonly number[];
  truePositives: number;
  falsePositives: number;
}

const DAY_SECONDS = 86_400;

/** Reads the parameters of a model; what is missing or no number is MISP's default. */
export function readParameters(given: unknown): ModelParameters {
  const parameters: JsonObject = isObject(given) ? given : {};
  const settings: JsonObject = isObject(parameters.settings) ? parameters.settings : {};
  const weights = isObject(parameters.base_score_config) ? Object.entries(parameters.base_score_config) : [];
  return {
    lifetimeDays: numberOf(parameters.lifetime, 0),
    decaySpeed: numberOf(parameters.decay_speed, 1),
    threshold: numberOf(parameters.threshold, 0),
    defaultBaseScore: numberOf(parameters.default_base_score, 0),
    weights: new Map(weights.map(([base, weight]) => [base.toLowerCase(), numberOf(weight, 0)])),
    minimumSightings: numberOf(settings.minimum_sightings, 1),
    truePositiveOffset: numberOf(settings.true_positive_offset, 0),
    falsePositiveOffset: numberOf(settings.false_positive_offset, 0),
  };
}

/**
 * The score to begin with: the weighted mean of the tags' numbers, where a tag of the attribute takes the place of
 * those of its event under the same taxonomy and predicate. Each tag counts, so two of one predicate weigh double.
 */
export function baseScore(
  parameters: ModelParameters,
  attributeTags: readonly NumberedTag[],
  eventTags: readonly NumberedTag[],
): number {
  return weighTags(parameters, attributeTags, eventTags).baseScore;
}

/** A tag that counts, under the taxonomy (and predicate) whose weight it has. */
export interface WeighedTag extends NumberedTag {
  base: string;
  /** Its part of all weights; they add up to 1. */
  ratio: number;
}

/** How a base score comes about. */
export interface WeighedTags {
  baseScore: number;
  tags: WeighedTag[];
  /** Tags of the event in whose place one of the attribute stands. */
  overridden: NumberedTag[];
}

/** The base score with the tags that it comes from; without any it is the model's default. */
export function weighTags(
  parameters: ModelParameters,
  attributeTags: readonly NumberedTag[],
  eventTags: readonly NumberedTag[],
): WeighedTags {
  const own = weighted(parameters, attributeTags);
  const ownBases = new Set(own.map((tag) => tag.base));
  const ofEvent = weighted(parameters, eventTags);
  const counting = [...own, ...ofEvent.filter((tag) => !ownBases.has(tag.base))];
  const overridden = ofEvent.filter((tag) => ownBases.has(tag.base)).map(({ name, value }) => ({ name, value }));
  const sum = counting.reduce((total, tag) => total + tag.weight, 0);
  if (sum <= 0) return { baseScore: parameters.defaultBaseScore, tags: [], overridden };
  const tags = counting.map(({ name, value, base, weight }) => ({ name, value, base, ratio: weight / sum }));
  return { baseScore: tags.reduce((total, tag) => total + tag.ratio * tag.value, 0), tags, overridden };
}

function weighted(parameters: ModelParameters, tags: readonly NumberedTag[]) {
  return tags.flatMap(({ name, value }) => {
    const base = baseOf(name);
    const weight = base === null ? undefined : parameters.weights.get(base);
    return base === null || weight === undefined ? [] : [{ name, base, weight, value }];
  });
}

/** `namespace:predicate` of tags with a value, `namespace` of others. */
function baseOf(name: string): string | null {
  const parts = parseTagName(name);
  if (parts === null) return null;
  return (parts.value === null ? parts.namespace : `${parts.namespace}:${parts.predicate}`).toLowerCase();
}

/**
 * The score after some time. Polynomial: base · (1 − (t/τ)^(1/δ)), never below 0 (MISP's documentation of decaying
 * models; Iklody et al., arXiv 1803.11052). PolynomialExtended ends at once when a retention tag's days are over.
 * Sightings: base · (TP + o1) / (TP + FP + o1 + o2), once there are enough sightings. Unknown formulas read as the first.
 */
export function currentScore(formula: string, parameters: ModelParameters, base: number, evidence: Evidence): number {
  const kind = formula.toLowerCase();
  if (kind === 'sightings') return sightingsScore(parameters, base, evidence);
  if (kind === 'polynomialextended' && isOutlived(evidence)) return 0;
  const lifetime = parameters.lifetimeDays * DAY_SECONDS;
  if (lifetime <= 0 || parameters.decaySpeed <= 0) return 0;
  const share = Math.max(0, evidence.ageSeconds) / lifetime;
  return Math.max(0, base * (1 - share ** (1 / parameters.decaySpeed)));
}

function isOutlived({ retentionDays, unchangedSeconds }: Evidence): boolean {
  return retentionDays.some((days) => unchangedSeconds > days * DAY_SECONDS);
}

function sightingsScore(parameters: ModelParameters, base: number, evidence: Evidence): number {
  const { truePositiveOffset: o1, falsePositiveOffset: o2 } = parameters;
  const all = evidence.truePositives + evidence.falsePositives;
  const divisor = all + o1 + o2;
  if (all < parameters.minimumSightings || divisor <= 0) return base;
  return Math.max(0, (base * (evidence.truePositives + o1)) / divisor);
}

function numberOf(value: unknown, fallback: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : fallback;
}
