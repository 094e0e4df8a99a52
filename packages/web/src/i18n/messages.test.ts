import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageArguments, parseMessage } from './icu.ts';
import { en as restEn } from './messages/en.ts';
import { firstEn } from './messages/first/en.ts';
import { firstFr } from './messages/first/fr.ts';
import { firstJa } from './messages/first/ja.ts';
import { firstZhHans } from './messages/first/zh-hans.ts';
import { fr } from './messages/fr.ts';
import { ja } from './messages/ja.ts';
import { zhHans } from './messages/zh-hans.ts';
import { settingsFr } from './settings/fr.ts';
import { settingsJa } from './settings/ja.ts';
import { settingsZhHans } from './settings/zh-hans.ts';

const source = join(import.meta.dirname, '..');
const en = { ...firstEn, ...restEn };
const keys = Object.keys(en).sort();
const translations = {
  fr: { ...firstFr, ...fr },
  ja: { ...firstJa, ...ja },
  'zh-Hans': { ...firstZhHans, ...zhHans },
} as const;

/** Families of texts, such as `role.perm_…`, that are put together from a list of facts. */
const familiesIn = (text: string) => [...text.matchAll(/`([a-zA-Z]+\.[a-zA-Z]*)\$\{/g)].map((match) => match[1] ?? '');
const usedIn = (text: string) => {
  const families = familiesIn(text);
  return keys.filter((key) => text.includes(`'${key}'`) || families.some((family) => key.startsWith(family)));
};

/** A file and all that it imports at once, the dictionaries apart. */
function importedAtOnce(entries: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (file: string) => {
    if (found.has(file) || !/\.tsx?$/.test(file) || file.includes('/messages/')) return;
    const text = readFileSync(file, 'utf8');
    found.set(file, text);
    for (const [, path] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from '(\.[^']+)';/gm))
      visit(join(dirname(file), path ?? ''));
  };
  for (const entry of entries) visit(join(source, entry));
  return found;
}

const components = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }));

/** Words in what JSX shows or names, outside of `{…}`. */
function literalTexts(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const attributes = [...code.matchAll(/\b(?:aria-label|title|label|placeholder|alt|description)="([^"]+)"/g)];
  const children = [...code.matchAll(/<\/?[A-Za-z][^<>{}]*>([^<>{}=;()]*[A-Za-z]{2}[^<>{}=;()]*)<\//g)];
  return [...attributes, ...children].map((match) => (match[1] ?? '').trim());
}

/** Names that are the same in every language. */
const untranslated = new Set(['Magpie', 'Ctrl K', 'UUID', 'Ctrl Enter', 'g', '2026-01-31T12:00:00Z']);

describe.each(Object.entries(translations))('the texts in %s', (_language, messages) => {
  it('are complete', () => {
    expect(Object.keys(messages).sort()).toEqual(keys);
    expect(Object.entries(messages).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('take the same values as the English ones', () => {
    const texts = new Map(Object.entries(messages));
    const wrong = Object.entries(en).filter(([key, text]) => {
      const translated = texts.get(key) ?? '';
      return messageArguments(parseMessage(text)).join() !== messageArguments(parseMessage(translated)).join();
    });
    expect(wrong).toEqual([]);
  });
});

describe('the meanings of the settings', () => {
  it('are told in the same number in every language', () => {
    const languages = [settingsFr, settingsJa, settingsZhHans].map((texts) => Object.keys(texts));
    expect(languages[1]).toEqual(languages[0]);
    expect(languages[2]).toEqual(languages[0]);
  });
});

describe('the areas', () => {
  it.each(['en', 'fr', 'ja', 'zh-hans'])('define no text of %s twice', (language) => {
    const folder = join(import.meta.dirname, 'messages');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => basename(file) === `${language}.ts`,
    );
    // One area spread over another replaces its texts without a word from the compiler.
    const defined = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^ {2}'?([\w.-]+)'?:/gm)].map((match) => match[1] ?? ''),
    );
    expect(files.length).toBeGreaterThan(1);
    expect(defined.length).toBeGreaterThanOrEqual(keys.length);
    expect(defined.filter((key, index) => defined.indexOf(key) !== index)).toEqual([]);
  });
});

describe('the components', () => {
  it('hold no text of their own', () => {
    const found = components.flatMap(({ file, text }) =>
      literalTexts(text)
        .filter((literal) => literal !== '' && !untranslated.has(literal))
        .map((literal) => `${file}: ${literal}`),
    );
    expect(found).toEqual([]);
  });

  it('use every English text', () => {
    const all = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('messages'))
      .map((file) => readFileSync(join(source, file), 'utf8'))
      .join('\n');
    const used = new Set(usedIn(all));
    expect(keys.filter((key) => !used.has(key))).toEqual([]);
  });

  it('of the first load find all their texts among the first', () => {
    const files = importedAtOnce(['main.tsx', 'pages/intelligence/event-list-page.tsx']);
    expect(files.size).toBeGreaterThan(40);
    const used = new Set(usedIn([...files.values()].join('\n')));
    expect([...used].filter((key) => !(key in firstEn))).toEqual([]);
    expect(Object.keys(firstEn).filter((key) => !used.has(key))).toEqual([]);
  });
});
