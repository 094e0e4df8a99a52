import { useEffect, useState } from 'react';
import type { Choice } from './fields.tsx';
import type { FilterField } from './filter-tokens.ts';

/** What may complete a word that is being typed. */
export interface Suggestion extends Choice {
  /** A field's name to complete, not yet a value. */
  readonly isField: boolean;
}

const shown = 30;

/** Choices that a field finds on the server, asked after a pause in typing. */
function useFound(field: FilterField | undefined, text: string): readonly Choice[] {
  const [found, setFound] = useState<readonly Choice[]>([]);
  useEffect(() => {
    setFound([]);
    const find = field?.find;
    if (find === undefined) return;
    let current = true;
    const timer = setTimeout(() => {
      find(text).then(
        (choices) => current && setFound(choices),
        // Suggestions are a convenience: without them the value can still be typed.
        () => current && setFound([]),
      );
    }, 120);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [field, text]);
  return found;
}

/** What may follow in the filter bar: names of fields, or values of the field that has been named. */
export function useSuggestions(
  fields: readonly FilterField[],
  field: FilterField | undefined,
  text: string,
  value: string,
): readonly Suggestion[] {
  const found = useFound(field, value);
  const wanted = (field === undefined ? text.replace(/^-/, '') : value).toLowerCase();
  const all: Suggestion[] =
    field === undefined
      ? fields.map((entry) => ({ value: `${entry.name}:`, label: entry.label, isField: true }))
      : [...(field.choices ?? []), ...found].map((choice) => ({ ...choice, isField: false }));
  return all.filter((entry) => `${entry.label} ${entry.value}`.toLowerCase().includes(wanted)).slice(0, shown);
}
