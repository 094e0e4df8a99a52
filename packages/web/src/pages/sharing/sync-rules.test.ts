import { describe, expect, it } from 'vitest';
import { badParameters, readSyncRules, unknownNames, writeSyncRules } from './sync-rules.ts';

const stored = JSON.stringify({
  tags: { OR: ['tlp:green'], NOT: ['tlp:red'] },
  orgs: { OR: [], NOT: ['CIRCL'] },
  type_attributes: { NOT: ['pattern-in-file'] },
  type_objects: { NOT: [] },
  url_params: '{"timestamp":"30d","eventid":[1,2]}',
  of_later: true,
});

describe('rules of a connection', () => {
  it('are read as names and lines', () => {
    expect(readSyncRules(stored)).toEqual({
      tagsOr: ['tlp:green'],
      tagsNot: ['tlp:red'],
      orgsOr: [],
      orgsNot: ['CIRCL'],
      typesNot: ['pattern-in-file'],
      objectsNot: [],
      parameters: 'timestamp: 30d\neventid: [1,2]',
    });
  });

  it('come back as they were, with what the form does not know', () => {
    expect(JSON.parse(writeSyncRules(readSyncRules(stored), stored))).toEqual(JSON.parse(stored));
  });

  it('of a push tell names and keep ids', () => {
    const names = { tagsOr: new Map([['7', 'tlp:green']]) };
    const rules = readSyncRules('{"tags":{"OR":["7",9],"NOT":[]}}', names);
    expect(rules.tagsOr).toEqual(['tlp:green', '9']);
    expect(JSON.parse(writeSyncRules({ tagsOr: rules.tagsOr }, '', names))).toEqual({ tags: { OR: ['7', '9'] } });
    expect(unknownNames({ ...rules, tagsOr: ['tlp:green', '9', 'tlp:blue'] }, names, ['tagsOr'])).toEqual([
      ['tagsOr', 'tlp:blue'],
    ]);
  });

  it('empty the search when its lines are taken away', () => {
    expect(JSON.parse(writeSyncRules({ parameters: ' \n' }, stored))).toMatchObject({ url_params: '' });
  });

  it('name lines that are no parameter', () => {
    expect(badParameters('timestamp: 30d\n\nlast week\norg:')).toEqual(['last week', 'org:']);
  });

  it.each(['', '[]', 'no JSON', '{"tags":[]}'])('are empty out of %j', (text) => {
    expect(readSyncRules(text)).toMatchObject({ tagsOr: [], orgsNot: [], parameters: '' });
  });
});
