/**
 * Judges a normalised value: the message of the first fault, or null when it
 * passes. `nowSeconds` (since 1970) only matters to words such as "tomorrow".
 */
export type ValueRule = (value: string, nowSeconds: number) => string | null;

/** Rewrites a value towards the form it is stored in; leaves alone what it does not understand. */
export type NormaliseStep = (value: string, nowSeconds: number) => string;

/** Reported where a type has no message of its own. */
export const genericMessage =
  'Value not in the right type/format. Please double check the value or select type "other".';
