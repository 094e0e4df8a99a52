import { describe, expect, it } from 'vitest';
import { findTemplates } from './template-search.ts';

const template = (name: string, description = '') => ({
  id: name,
  uuid: `uuid of ${name}`,
  name,
  description,
  'meta-category': 'misc',
  version: '1',
  active: true,
  requirements: [] as const,
});
const all = [template('ads'), template('android-file'), template('file'), template('url'), template('zip', 'a file')];
const namesOf = (text: string, recent: readonly string[] = []) =>
  findTemplates(all, text, recent).map((found) => found.name);

describe('the search for object templates', () => {
  it('begins with those used last, then with the usual ones', () => {
    expect(namesOf('')).toEqual(['file', 'url', 'ads', 'android-file', 'zip']);
    expect(namesOf('', ['uuid of zip'])[0]).toBe('zip');
  });

  it('puts the very name before names that hold the words, and these before descriptions', () => {
    expect(namesOf('file')).toEqual(['file', 'android-file', 'zip']);
  });

  it('understands full-width letters and gives nothing for what is not there', () => {
    expect(namesOf('ＵＲＬ')).toEqual(['url']);
    expect(namesOf('nothing')).toEqual([]);
  });
});
