import { describe, expect, it } from 'vitest';
import { type Answer, compareAnswer } from './compare.ts';
import { Identities } from './identities.ts';
import type { Exchange } from './recording.ts';

const uuid = (digit: string) =>
  `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`;

function exchange(body: unknown, rest: Partial<Exchange> = {}, path = '/events/view/4'): Exchange {
  return {
    id: 'events-001',
    seq: 1,
    description: '',
    as: 'admin',
    request: { method: 'GET', path, headers: {} },
    response: { status: 200, headers: { 'content-type': 'application/json' }, body_type: 'json', body },
    ...rest,
  };
}

function answer(body: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function kinds(recorded: Exchange, actual: Answer, identities = new Identities()): string[] {
  return compareAnswer(recorded, actual, identities).map(({ kind, path }) => `${kind} ${path}`);
}

describe('compareAnswer', () => {
  it('accepts the recorded answer itself', () => {
    const body = { Event: { id: '4', info: 'x', Attribute: [{ id: '9', uuid: uuid('b'), to_ids: true }] } };
    expect(kinds(exchange(body), answer(body))).toEqual([]);
  });

  it('names another status, missing and surplus members, other types and other values', () => {
    const recorded = exchange({ Event: { id: '4', info: 'x', published: false, date: null } });
    const actual = answer({ Event: { id: 4, info: 'y', published: 0, extra: 1 } });
    expect(kinds(recorded, actual)).toEqual([
      'types /Event/id',
      'values /Event/info',
      'types /Event/published',
      'keys /Event/date',
      'keys /Event/extra',
    ]);
    expect(kinds(recorded, answer('', 404))[0]).toBe('status ');
  });

  it('learns ids from one answer and holds later ones to them', () => {
    const identities = new Identities();
    expect(
      kinds(exchange({ Event: { id: '4', org_id: '2' } }), answer({ Event: { id: '7', org_id: '3' } }), identities),
    ).toEqual([]);
    const later = exchange({ Attribute: { id: '1', event_id: '4' } }, {}, '/attributes/view/1');
    expect(kinds(later, answer({ Attribute: { id: '1', event_id: '7' } }), identities)).toEqual([]);
    expect(kinds(later, answer({ Attribute: { id: '1', event_id: '8' } }), identities)).toEqual([
      'values /Attribute/event_id',
    ]);
  });

  it('never takes zero for an id', () => {
    const recorded = exchange({ Attribute: { object_id: '0' } });
    expect(kinds(recorded, answer({ Attribute: { object_id: '5' } }))).toEqual(['values /Attribute/object_id']);
  });

  it('leaves volatile values alone but not their type', () => {
    const recorded = exchange(
      { Event: { timestamp: '1', uuid: uuid('a') } },
      { volatile: ['/Event/timestamp', '/Event/uuid'] },
    );
    expect(kinds(recorded, answer({ Event: { timestamp: '2', uuid: uuid('c') } }))).toEqual([]);
    expect(kinds(recorded, answer({ Event: { timestamp: 2, uuid: uuid('c') } }))).toEqual(['types /Event/timestamp']);
  });

  it('knows a generated uuid again', () => {
    const identities = new Identities();
    const first = exchange({ Event: { uuid: uuid('a') } }, { volatile: ['/Event/uuid'] });
    compareAnswer(first, answer({ Event: { uuid: uuid('c') } }), identities);
    const later = exchange({ RelatedEvent: { uuid: uuid('a') } });
    expect(kinds(later, answer({ RelatedEvent: { uuid: uuid('c') } }), identities)).toEqual([]);
    expect(kinds(later, answer({ RelatedEvent: { uuid: uuid('d') } }), identities)).toEqual([
      'values /RelatedEvent/uuid',
    ]);
  });

  it('pairs list items by name and reports another order', () => {
    const recorded = exchange([{ Tag: { name: 'a' } }, { Tag: { name: 'b' } }]);
    expect(kinds(recorded, answer([{ Tag: { name: 'b' } }, { Tag: { name: 'a' } }]))).toEqual(['values  (order)']);
    expect(kinds(recorded, answer([{ Tag: { name: 'b' } }]))).toEqual(['keys /0']);
  });

  it('compares only the kept part of what was shortened', () => {
    const recorded = exchange([{ name: 'a' }], { truncated: [{ path: '/', kept: 1, of: 9, kind: 'items' }] });
    expect(kinds(recorded, answer([{ name: 'a' }, { name: 'b' }]))).toEqual([]);
    const text = exchange('abc', { truncated: [{ path: '/', kept: 3, of: 9, kind: 'characters' }] });
    expect(kinds(text, answer('abcdef'))).toEqual([]);
  });

  it('remembers the keys that placeholders stand for', () => {
    const identities = new Identities();
    kinds(
      exchange({ AuthKey: { authkey_raw: '{{key:a_user}}' } }),
      answer({ AuthKey: { authkey_raw: 'secret' } }),
      identities,
    );
    expect(identities.key('a_user')).toBe('secret');
  });

  it('translates ids in paths and messages', () => {
    const identities = new Identities();
    identities.learnId('Event', '4', '7');
    const recorded = exchange({ message: 'attached to Event (4).', url: '/events/edit/4' });
    expect(kinds(recorded, answer({ message: 'attached to Event (7).', url: '/events/edit/7' }), identities)).toEqual(
      [],
    );
    expect(kinds(recorded, answer({ message: 'attached to Event (8).', url: '/events/edit/7' }), identities)).toEqual([
      'values /message',
    ]);
  });

  it('takes a place without the address of the instance for the same, and no other place', () => {
    const recorded = exchange('', {
      response: { status: 302, headers: { location: '{{baseurl}}/news' }, body_type: 'text', body: '' },
    });
    const sent = (location: string) => ({ status: 302, headers: { location }, body: '' });
    expect(kinds(recorded, sent('/news'))).toEqual([]);
    expect(kinds(recorded, sent('{{baseurl}}/news'))).toEqual([]);
    expect(kinds(recorded, sent('/events'))).toEqual(['values location']);
  });

  it('takes the day of the recording for today', () => {
    const recorded = exchange({ Event: { date: '2026-11-22', timestamp: '1795322944' } });
    expect(kinds(recorded, answer({ Event: { date: '2031-01-05', timestamp: '1925000000' } }))).toEqual([]);
    expect(kinds(recorded, answer({ Event: { date: 'today', timestamp: '1925000000' } }))).toEqual([
      'values /Event/date',
    ]);
  });
});
