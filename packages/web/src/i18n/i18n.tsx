import { createContext, type ReactNode, useContext } from 'react';
import { formatParts, type MessageValues, parseMessage } from './icu.ts';
import type { en } from './messages/en.ts';
import type { firstEn } from './messages/first/en.ts';

/** Key of a text of the page; a key that is not in the English files does not compile. */
export type MessageKey = keyof typeof en | keyof typeof firstEn;
/** The texts that are there before anything is drawn. */
export type FirstMessages = Readonly<Record<keyof typeof firstEn, string>>;
/** All others; every page but the list of events waits for them. */
export type RestMessages = Readonly<Record<keyof typeof en, string>>;

/** The languages of the page. */
export type Language = 'en' | 'ja' | 'zh-Hans' | 'fr';

/** The languages with their own names, which are never translated. */
export const languages: readonly { readonly code: Language; readonly name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
  { code: 'ja', name: '日本語' },
  { code: 'zh-Hans', name: '简体中文' },
];

/** Loads the first texts of one language; each is a chunk of its own. */
export async function loadFirstMessages(language: Language): Promise<FirstMessages> {
  switch (language) {
    case 'fr':
      return (await import('./messages/first/fr.ts')).firstFr;
    case 'ja':
      return (await import('./messages/first/ja.ts')).firstJa;
    case 'zh-Hans':
      return (await import('./messages/first/zh-hans.ts')).firstZhHans;
    default:
      return (await import('./messages/first/en.ts')).firstEn;
  }
}

async function importRest(language: Language): Promise<RestMessages> {
  switch (language) {
    case 'fr':
      return (await import('./messages/fr.ts')).fr;
    case 'ja':
      return (await import('./messages/ja.ts')).ja;
    case 'zh-Hans':
      return (await import('./messages/zh-hans.ts')).zhHans;
    default:
      return (await import('./messages/en.ts')).en;
  }
}

/** What has arrived: every translator of the language reads it from then on. */
const arrived = new Map<Language, RestMessages>();

/** Loads the other texts of one language. */
export async function loadRestMessages(language: Language): Promise<void> {
  if (!arrived.has(language)) arrived.set(language, await importRest(language));
}

/** The best of our languages for what the browser asks for. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted.map((entry) => entry.toLowerCase())) {
    if (tag.startsWith('ja')) return 'ja';
    if (tag.startsWith('zh')) return 'zh-Hans';
    if (tag.startsWith('fr')) return 'fr';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

/** Texts in the language of the user. */
export interface Translator {
  readonly language: Language;
  readonly first: FirstMessages;
  /** Text of `key` with its values filled in; empty while the texts that hold it are on their way. */
  readonly t: (key: MessageKey, values?: MessageValues) => string;
}

/** A translator that parses each message once. */
export function createTranslator(language: Language, first: FirstMessages): Translator {
  const parsed = new Map<MessageKey, ReturnType<typeof parseMessage>>();
  const early: Readonly<Partial<Record<MessageKey, string>>> = first;
  return {
    language,
    first,
    t(key, values = {}) {
      let parts = parsed.get(key);
      if (parts === undefined) {
        const rest: Readonly<Partial<Record<MessageKey, string>>> = arrived.get(language) ?? {};
        const text = early[key] ?? rest[key];
        if (text === undefined) return '';
        parts = parseMessage(text);
        parsed.set(key, parts);
      }
      return formatParts(parts, values, language);
    },
  };
}

const TranslatorContext = createContext<Translator | undefined>(undefined);

/** Gives the page its texts. */
export function TranslatorProvider(props: { readonly translator: Translator; readonly children: ReactNode }) {
  return <TranslatorContext value={props.translator}>{props.children}</TranslatorContext>;
}

/** The translator of the page. Throws outside of `TranslatorProvider`. */
export function useTranslator(): Translator {
  const translator = useContext(TranslatorContext);
  if (translator === undefined) throw new Error('useTranslator outside of TranslatorProvider');
  return translator;
}

/** Shorthand for the translating function. */
export function useT(): Translator['t'] {
  return useTranslator().t;
}
