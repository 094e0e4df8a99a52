import { useState } from 'react';
import { ApiError } from '../api/client.ts';

/** A form's values, errors and state. */
export interface Form<Values> {
  readonly values: Values;
  /** Sets one field and clears its error. */
  readonly set: <Key extends keyof Values>(key: Key, value: Values[Key]) => void;
  readonly setAll: (values: Values) => void;
  /** The reason next to a field, from the page's own check or from the server. */
  readonly errorOf: (key: keyof Values) => string | undefined;
  /** A failure that belongs to no field of the form. */
  readonly failure: unknown;
  readonly busy: boolean;
  /** Checks, saves, and keeps what was typed when the server refuses. */
  readonly submit: () => Promise<boolean>;
}

type Checked<Values> = Partial<Record<keyof Values, string | undefined>>;

interface FormOptions<Values> {
  readonly initial: Values;
  readonly check?: (values: Values) => Checked<Values> | Promise<Checked<Values>>;
  readonly save: (values: Values) => Promise<unknown>;
  /** A failure that an earlier try has met. */
  readonly failure?: unknown;
}

/** Puts the server's reasons next to their fields; what belongs to no field of the form stays as `rest`. */
function placeErrors<Values extends object>(
  error: unknown,
  values: Values,
): { readonly found: Checked<Values>; readonly rest: unknown } {
  if (!(error instanceof ApiError)) return { found: {}, rest: error };
  const found: Checked<Values> = {};
  const unplaced: string[] = [];
  for (const [field, reasons] of Object.entries(error.fields)) {
    if (field in values) found[field as keyof Values] = reasons.join(' ');
    else unplaced.push(field);
  }
  const allPlaced = Object.keys(found).length > 0 && unplaced.length === 0;
  return { found, rest: allPlaced ? undefined : error };
}

/** State of a form: values, errors by field, and a submit that never loses input. */
export function useForm<Values extends object>(options: FormOptions<Values>): Form<Values> {
  const [values, setValues] = useState(options.initial);
  const [errors, setErrors] = useState<Checked<Values>>(() => placeErrors(options.failure, options.initial).found);
  const [failure, setFailure] = useState<unknown>(() => placeErrors(options.failure, options.initial).rest);
  const [busy, setBusy] = useState(false);

  function showRefusal(error: unknown) {
    const { found, rest } = placeErrors(error, values);
    setErrors(found);
    setFailure(rest);
  }

  return {
    values,
    set(key, value) {
      setValues((current) => ({ ...current, [key]: value }));
      setErrors((current) => ({ ...current, [key]: undefined }));
    },
    setAll: setValues,
    errorOf: (key) => errors[key],
    failure,
    busy,
    async submit() {
      setFailure(undefined);
      const found = (await options.check?.(values)) ?? {};
      setErrors(found);
      if (Object.values(found).some((text) => text !== undefined)) return false;
      setBusy(true);
      try {
        await options.save(values);
        return true;
      } catch (error) {
        showRefusal(error);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
