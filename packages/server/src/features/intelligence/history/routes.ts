import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, readId, readList } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { NotReportOwner } from '../event-reports/manage-reports.ts';
import { findEvent } from '../events/rights.ts';
import { findSubject, type HistoryKind, readKind, type State } from './kinds.ts';
import { restoreElement } from './restore.ts';
import { findEntry, type HistoryFilter, listHistory, stateAfter, stateDifference } from './states.ts';
import { entryWire } from './wire.ts';

const PAGE = 60;
const MAX_PAGE = 200;

const anyObject = Type.Object({}, { additionalProperties: true });
const page = Type.Object({
  limit: Type.Optional(Type.Integer({ description: 'At most 200; 60 unless said' })),
  before: Type.Optional(Type.Integer({ description: 'Only entries before the one with this id' })),
});
const restoreBody = Type.Object({
  fields: Type.Optional(Type.Array(Type.String(), { description: 'Only these fields; all unless said' })),
});

/** Histories of events and what they hold, told by the change log: list, state, difference, restoration. Magpie's own. */
export function historyOperations(magpie: Magpie): Operation[] {
  return [...reading(magpie), restoring(magpie), ...versions(magpie)];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'history.index',
      summary: 'What was changed in an event and in what it holds, newest first, as far as one sees it',
      path: '/history/index/{event}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: page,
      response: Type.Array(anyObject),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const event = await findEvent(tx, call.args.event);
          if (event === null) throw new NotFound('Invalid event');
          return json(await list(tx, call, { eventId: event.id, subject: null }));
        }),
    },
    {
      name: 'history.element',
      summary: 'What was changed in one event, attribute, object or event report, newest first',
      path: '/history/element/{of}/{element}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: page,
      response: Type.Array(anyObject),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const subject = await findSubject(tx, readKind(call.args.of), call.args.element);
          return json(await list(tx, call, { eventId: null, subject }));
        }),
    },
    {
      name: 'history.state',
      summary: 'An element as it was right after an entry of its history',
      path: '/history/state/{of}/{element}/{entry}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: anyObject,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => json(await stateOf(tx, readKind(args.of), args.element, args.entry))),
    },
    {
      name: 'history.diff',
      summary: 'In what an element differs between two entries of its history, or between one and now',
      path: '/history/diff/{of}/{element}/{from}/{to?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: anyObject,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const kind = readKind(args.of);
          const from = await stateOf(tx, kind, args.element, args.from);
          const to = await stateOf(tx, kind, args.element, args.to ?? null);
          return json(stateDifference(from, to));
        }),
    },
  ];
}

function restoring(magpie: Magpie): Operation {
  return {
    name: 'history.restore',
    summary: 'Set an element back to what it was right after an entry of its history, or bring a deleted one back',
    path: '/history/restore/{of}/{element}/{entry?}',
    methods: ['POST'],
    permission: 'perm_add',
    effect: 'write',
    model: 'History',
    body: restoreBody,
    handle: ({ viewer, args, body }) =>
      restored(magpie, viewer, { kind: readKind(args.of), key: args.element, entry: args.entry, body }),
  };
}

/** The history of a report as versions of it: one for every time it was saved. */
function versions(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_reports.versions',
      summary: 'The versions of a report, newest first',
      path: '/event_reports/versions/{report}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: page,
      response: Type.Array(anyObject),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const subject = await findSubject(tx, 'event_report', call.args.report);
          return json(await list(tx, call, { eventId: null, subject }));
        }),
    },
    {
      name: 'event_reports.version',
      summary: 'A report as it was in one version',
      path: '/event_reports/version/{report}/{version}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: anyObject,
      handle: ({ viewer, args }) =>
        magpie.database.as(viewer, async (tx) => {
          const state = await stateOf(tx, 'event_report', args.report, args.version);
          return json({ EventReport: state });
        }),
    },
    {
      name: 'event_reports.restoreVersion',
      summary: 'Set a report back to one of its versions; the present one stays as a version too',
      path: '/event_reports/restoreVersion/{report}/{version}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventReport',
      body: restoreBody,
      handle: ({ viewer, args, body }) =>
        restored(magpie, viewer, { kind: 'event_report', key: args.report, entry: args.version, body }),
    },
  ];
}

async function restored(
  magpie: Magpie,
  viewer: Viewer,
  { kind, key, entry, body }: { kind: HistoryKind; key: string | undefined; entry: string | undefined; body: unknown },
) {
  const fields = isObject(body) ? (readList(body.fields)?.map(String) ?? null) : null;
  try {
    const done = await restoreElement(magpie, viewer, { kind, key, entryId: readId(entry), fields });
    return success(done.fields === null ? 'Element brought back.' : 'Element restored.', {
      id: String(done.id),
      data: { fields: done.fields },
    });
  } catch (error) {
    if (error instanceof NotReportOwner) throw new HttpProblem(401, 'Unauthorized');
    throw error;
  }
}

/** An element's state after the entry that is named; null names the present. */
async function stateOf(
  tx: Transaction,
  kind: HistoryKind,
  element: string | undefined,
  entry: string | null | undefined,
): Promise<State> {
  const subject = await findSubject(tx, kind, element);
  if (entry === null) return stateAfter(tx, subject, null);
  return stateAfter(tx, subject, (await findEntry(tx, subject, readId(entry))).id);
}

async function list(tx: Transaction, call: Call, what: Pick<HistoryFilter, 'eventId' | 'subject'>) {
  const read = (name: string) =>
    call.named[name] ?? call.query.get(name) ?? (isObject(call.body) ? call.body[name] : null);
  const limit = Math.min(readId(read('limit')) ?? PAGE, MAX_PAGE);
  const rows = await listHistory(tx, { ...what, beforeId: readId(read('before')), limit });
  return rows.map(entryWire);
}
