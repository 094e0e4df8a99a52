import {
  assert as assertOnce,
  configureGlobal,
  type IAsyncProperty,
  type IProperty,
  type IRawProperty,
  type Parameters,
} from 'fast-check';
import { readPropertySettings } from './settings.ts';

// All of fast-check; what is declared here stands before what has the same name there.
export * from 'fast-check';

const USUAL_RUNS = 100;

const { seed, factor } = readPropertySettings(process.env);
configureGlobal({ seed });

/** As fast-check's, with the seed and as many times the runs as the environment says. */
export function assert<Ts>(property: IAsyncProperty<Ts>, parameters?: Parameters<Ts>): Promise<void>;
export function assert<Ts>(property: IProperty<Ts>, parameters?: Parameters<Ts>): void;
export function assert<Ts>(property: IRawProperty<Ts>, parameters: Parameters<Ts> = {}): Promise<void> | void {
  const { numRuns = USUAL_RUNS } = parameters;
  return assertOnce(property, { ...parameters, numRuns: Math.max(1, Math.round(numRuns * factor)) });
}

/** The time for a test of properties, in milliseconds: `usual`, and more where more is tried. */
export function timeLimit(usual: number): number {
  return usual * Math.max(1, factor);
}
