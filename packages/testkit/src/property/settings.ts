/** How property tests run: the same values each time unless told otherwise. */
export interface PropertySettings {
  /** What every property's values are drawn from: a 32-bit integer. */
  readonly seed: number;
  /** Every property is tried this many times as often as it says. */
  readonly factor: number;
}

/** Of every ordinary run, so that a change is only refused for what it changed. */
const USUAL_SEED = 20_261_126;

/**
 * Reads MAGPIE_PROPERTY_SEED (`random`, or a seed that a failing property printed) and MAGPIE_PROPERTY_RUNS (a factor).
 * @throws Error for values that are neither.
 */
export function readPropertySettings(environment: Readonly<Record<string, string | undefined>>): PropertySettings {
  const { MAGPIE_PROPERTY_SEED: seed = '', MAGPIE_PROPERTY_RUNS: factor = '' } = environment;
  return { seed: readSeed(seed), factor: readFactor(factor) };
}

function readSeed(text: string): number {
  if (text === '') return USUAL_SEED;
  if (text === 'random') return Math.floor(Math.random() * 2 ** 32) | 0;
  const seed = Number(text);
  if (seed !== (seed | 0)) throw new Error(`MAGPIE_PROPERTY_SEED is neither "random" nor a 32-bit integer: ${text}`);
  return seed;
}

function readFactor(text: string): number {
  if (text === '') return 1;
  const factor = Number(text);
  if (!(factor > 0 && factor <= 1e6)) throw new Error(`MAGPIE_PROPERTY_RUNS is no factor: ${text}`);
  return factor;
}
