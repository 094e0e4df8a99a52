import { createContext, type ReactNode, useContext } from 'react';
import { formatParts, type MessageValues, parseMessage } from './icu.ts';
import type { en } from './messages/en.ts';

/** Key of a text of the page; a key that is not in the English file does not compile. */
export type MessageKey = keyof typeof en;
export type Messages = Readonly<Record<MessageKey, string>>;
export type Language = 'en' | 'ja' | 'zh-Hans' | 'fr';

/** The languages with their own names, which are never translated. */
export const languages: readonly { readonly code: Language; readonly name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
  { code: 'ja', name: '日本語' },
  { code: 'zh-Hans', name: '简体中文' },
];

/** Loads the texts of one language; each is a chunk of its own. */
export async function loadMessages(language: Language): Promise<Messages> {
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

export interface Translator {
  readonly language: Language;
  /** Text of `key` with its values filled in. */
  readonly t: (key: MessageKey, values?: MessageValues) => string;
}

/** A translator that parses each message once. */
export function createTranslator(language: Language, messages: Messages): Translator {
  const parsed = new Map<MessageKey, ReturnType<typeof parseMessage>>();
  return {
    language,
    t(key, values = {}) {
      const parts = parsed.get(key) ?? parseMessage(messages[key]);
      parsed.set(key, parts);
      return formatParts(parts, values, language);
    },
  };
}

const TranslatorContext = createContext<Translator | undefined>(undefined);

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
