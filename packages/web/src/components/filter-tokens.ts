import type { Choice } from './fields.tsx';

/** A field that a filter may name. */
export interface FilterField {
  /** Name typed before the colon. */
  readonly name: string;
  readonly parameter: string;
  readonly label: string;
  /** Fixed choices, or choices found for what is typed; without it any text is a value. */
  readonly choices?: readonly Choice[];
  readonly find?: (text: string) => Promise<readonly Choice[]>;
  /** An example value, shown while the value is empty. */
  readonly example?: string;
}

/** One condition of a filter, as the server takes it. */
export interface FilterToken {
  /** The parameter's name as the server knows it. */
  readonly parameter: string;
  readonly value: string;
  readonly negated: boolean;
}

/** Reads the tokens of the known parameters; `a|!b` is two tokens, the second negated. */
export function readTokens(search: Readonly<Record<string, string>>, parameters: readonly string[]): FilterToken[] {
  return parameters.flatMap((parameter) =>
    (search[parameter] ?? '')
      .split('|')
      .filter((part) => part !== '' && part !== '!')
      .map((part) => ({
        parameter,
        value: part.startsWith('!') ? part.slice(1) : part,
        negated: part.startsWith('!'),
      })),
  );
}

/** Parameters for the URL; those without a token are `undefined`, which removes them. */
export function writeTokens(
  tokens: readonly FilterToken[],
  parameters: readonly string[],
): Record<string, string | undefined> {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const parts = tokens
        .filter((token) => token.parameter === parameter)
        .map((token) => `${token.negated ? '!' : ''}${token.value}`);
      return [parameter, parts.length === 0 ? undefined : parts.join('|')];
    }),
  );
}

/** One condition of a filter, as it was typed. */
export interface TypedToken {
  readonly negated: boolean;
  /** Name before the colon, `undefined` for a free word. */
  readonly field: string | undefined;
  readonly value: string;
}

/** Splits what is typed: `-tag:tlp:red` is the field `tag`, negated, with the value `tlp:red`. */
export function splitTyped(text: string, fieldNames: readonly string[]): TypedToken {
  // Full-width characters of Asian keyboards mean their plain forms here.
  const plain = text.normalize('NFKC').trimStart();
  const negated = plain.startsWith('-');
  const rest = negated ? plain.slice(1) : plain;
  const colon = rest.indexOf(':');
  const name = colon > 0 ? rest.slice(0, colon).toLowerCase() : undefined;
  const field = name === undefined ? undefined : fieldNames.find((entry) => entry.toLowerCase() === name);
  if (field === undefined) return { negated: false, field: undefined, value: plain.trim() };
  return { negated, field, value: rest.slice(colon + 1).trim() };
}
