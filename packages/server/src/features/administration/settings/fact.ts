/** The types of settings, by MISP's names. */
export type SettingType = 'boolean' | 'numeric' | 'string';

/** What is known of a setting besides its value. */
export interface SettingFacts {
  type: SettingType;
  /** 0 critical, 1 recommended, 2 optional, 3 no longer of use. */
  level: 0 | 1 | 2 | 3;
  description: string;
  /** Value when nothing is stored. */
  initial: boolean | number | string;
  /** Allowed values with what they mean. */
  options?: Readonly<Record<string, string>>;
  /** A secret: never shown. */
  redacted?: true;
  /** Kept in encrypted form. */
  sealed?: true;
  /** Only to be set on the machine itself: it names programs or files. */
  cliOnly?: true;
  /** An empty text is a value. */
  mayBeEmpty?: true;
  /** What is wrong with a text that is to be stored; null when nothing is. */
  fault?: (text: string) => string | null;
}

type Level = SettingFacts['level'];
/** What only some settings have. */
export type Extra = Partial<Pick<SettingFacts, 'options' | 'redacted' | 'sealed' | 'cliOnly' | 'mayBeEmpty' | 'fault'>>;

/** Facts of a setting; its type is that of its value when nothing is stored. */
export function fact(
  initial: boolean | number | string,
  level: Level,
  description: string,
  extra: Extra = {},
): SettingFacts {
  const type = typeof initial === 'boolean' ? 'boolean' : typeof initial === 'number' ? 'numeric' : 'string';
  return { type, level, description, initial, ...extra };
}

/** Of texts that may be empty. */
export const free: Extra = { mayBeEmpty: true };
