import { queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';

/** What the score of an indicator is computed from (MISP's polynomial formula). */
export interface DecayingParameters {
  /** Days until the score is nought. */
  readonly lifetime: number;
  readonly decay_speed: number;
  /** Below it an indicator has expired. */
  readonly threshold: number;
  readonly default_base_score: number;
  readonly base_score_config?: Readonly<Record<string, number>> | readonly never[];
}

/** A decaying model with its parameters and the types it is for. */
export interface DecayingModel {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly description?: string;
  readonly parameters: DecayingParameters;
  readonly attribute_types?: readonly string[];
  readonly enabled: boolean;
  readonly default?: boolean;
  readonly formula?: string;
  readonly all_orgs?: boolean;
}

/** The models that the user sees. */
export const decayingModelsQuery = () =>
  queryOptions({
    queryKey: ['decaying', 'list'],
    queryFn: ({ signal }) =>
      get<readonly { readonly DecayingModel: DecayingModel }[]>('/decayingModel/index.json', signal),
    select: (rows) => rows.map((row) => row.DecayingModel),
  });

/** One model with its parameters. */
export const decayingModelQuery = (id: string) =>
  queryOptions({
    queryKey: ['decaying', id],
    queryFn: ({ signal }) =>
      get<{ readonly DecayingModel: DecayingModel }>(`/decayingModel/view/${encodeURIComponent(id)}.json`, signal),
    select: (answer) => answer.DecayingModel,
  });

/**
 * Score after some days without a sighting by MISP's polynomial formula: base · (1 − (t / lifetime)^(1 / speed)), never
 * below nought (the decaying of indicators in MISP's documentation).
 */
export function scoreAfter(days: number, { lifetime, decay_speed: speed }: DecayingParameters, base: number): number {
  if (lifetime <= 0 || days >= lifetime) return 0;
  return Math.max(0, base * (1 - (days / lifetime) ** (1 / Math.max(speed, 0.01))));
}

/** The day on which the score falls below the threshold. */
export function expiryDay({ lifetime, decay_speed: speed, threshold }: DecayingParameters, base: number): number {
  if (base <= threshold || base <= 0) return 0;
  return lifetime * (1 - threshold / base) ** speed;
}
