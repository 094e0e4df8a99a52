import { type Dispatch, type SetStateAction, useEffect, useRef } from 'react';
import { lookUpWarnings } from '../../api/warnings.ts';
import type { ReviewRow } from './review-table.tsx';

const WAIT_MS = 250;

const keyOf = ({ type, value }: ReviewRow): string => `${type} ${value}`;

/**
 * Looks the rows of a review up in the warninglists, each once, some time after they last changed. What a list names says so, and
 * loses its IDS flag unless it was set by hand since.
 */
export function useWarnings(
  rows: readonly ReviewRow[],
  setRows: Dispatch<SetStateAction<readonly ReviewRow[]>>,
  onFailure: (error: unknown) => void,
): void {
  const asked = useRef(new Set<string>());
  useEffect(() => {
    const fresh = rows.filter((row) => !asked.current.has(keyOf(row)));
    if (fresh.length === 0) return;
    const timer = setTimeout(() => {
      for (const row of fresh) asked.current.add(keyOf(row));
      lookUpWarnings(fresh).then((found) => {
        const named = new Map([...found].map(([place, lists]) => [fresh[place], lists]));
        const lists = new Map(fresh.map((row) => [keyOf(row), named.get(row) ?? []]));
        setRows((current) =>
          current.map((row) => {
            const warnings = lists.get(keyOf(row));
            if (warnings === undefined) return row;
            return { ...row, warnings, toIds: row.toIds && warnings.length === 0 };
          }),
        );
      }, onFailure);
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [rows, setRows, onFailure]);
}
