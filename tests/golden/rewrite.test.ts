import { describe, expect, it } from 'vitest';
import { Identities } from './identities.ts';
import type { Exchange } from './recording.ts';
import { prepareRequest, rewriteBody, rewritePath } from './rewrite.ts';

function known(): Identities {
  const identities = new Identities();
  identities.learnId('Event', '4', '40');
  identities.learnId('Object', '4', '41');
  identities.learnId('Attribute', '4', '42');
  identities.learnId('Tag', '75', '750');
  identities.learnId('Organisation', '2', '20');
  identities.learnId('SharingGroup', '1', '10');
  identities.setKey('a_user', 'secret');
  return identities;
}

describe('rewritePath', () => {
  it.each([
    ['/events/view/4', '/events/view/40'],
    ['/events/4.json', '/events/40.json'],
    ['/events/view/4/searchFor:evil', '/events/view/40/searchFor:evil'],
    ['/attributes/add/4', '/attributes/add/40'],
    ['/attributes/edit/4', '/attributes/edit/42'],
    ['/attributes/addTag/4/75/local:1', '/attributes/addTag/42/750/local:1'],
    ['/objects/delete/4/1', '/objects/delete/41/1'],
    ['/events/addTag/4/75', '/events/addTag/40/750'],
    ['/sharing_groups/addOrg/1/2', '/sharing_groups/addOrg/10/20'],
    ['/admin/organisations/edit/2', '/admin/organisations/edit/20'],
    ['/attributes/attributeStatistics/type/0', '/attributes/attributeStatistics/type/0'],
    ['/events/restSearch/returnFormat:csv/eventid:4', '/events/restSearch/returnFormat:csv/eventid:40'],
    ['/attributes/restSearch.xml?eventid=4', '/attributes/restSearch.xml?eventid=40'],
    ['/events/view/999999', '/events/view/999999'],
  ])('turns %s into %s', (recorded, expected) => {
    expect(rewritePath(recorded, known())).toBe(expected);
  });
});

describe('rewriteBody', () => {
  it('translates ids where a member names them, also negated and as numbers', () => {
    const body = { eventid: '4', sharing_group_id: 1, Event: { org_id: '2', distribution: '4' }, tag_id: '!75' };
    expect(rewriteBody(body, '/events/restSearch', known())).toEqual({
      eventid: '40',
      sharing_group_id: 10,
      Event: { org_id: '20', distribution: '4' },
      tag_id: '!750',
    });
  });

  it('translates the ids of a deletion by what the path deletes', () => {
    expect(rewriteBody({ id: ['4'] }, '/events/delete', known())).toEqual({ id: ['40'] });
    expect(rewriteBody({ id: ['4'] }, '/attributes/deleteSelected/4', known())).toEqual({ id: ['42'] });
  });
});

describe('prepareRequest', () => {
  const exchange = (as: string | null, authorization?: string): Exchange => ({
    id: 'x-1',
    seq: 1,
    description: '',
    as,
    request: {
      method: 'GET',
      path: '/organisations/view/Alpha CERT',
      headers: {},
      ...(authorization ? { authorization } : {}),
    },
    response: { status: 200, headers: {}, body_type: 'json', body: null },
  });

  it('sends the key of who is named, and says when there is none', () => {
    expect(prepareRequest(exchange('a_user'), known())).toMatchObject({
      request: { path: '/organisations/view/Alpha%20CERT', headers: { Authorization: 'secret' } },
    });
    expect(prepareRequest(exchange('b_user'), known())).toEqual({ missingKey: 'b_user' });
  });

  it('sends no key, or a wrong one, where the recording did', () => {
    expect(prepareRequest(exchange(null, 'none'), known())).toMatchObject({ request: { headers: {} } });
    expect(prepareRequest(exchange('custom', 'abc'), known())).toMatchObject({
      request: { headers: { Authorization: 'abc' } },
    });
  });
});
