import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readInteger, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { bounded } from '../correlations/bounded.ts';
import { correlationLimits } from '../correlations/limits.ts';
import { elementsOf, subjectWire } from './elements.ts';
import { type PivotKind, pivotKinds } from './kinds.ts';
import { findPaths } from './paths.ts';
import { readSubject, type Subject } from './subject.ts';

/** Counts go so far; `more` says that there are more. */
const COUNTED = 1000;
/** Neighbours are paged so far. */
const REACHED = 10_000;
const PAGE = 50;
const MAX_PAGE = 500;
const MAX_PATHS = 50;
const MAX_HOPS = 4;

const element = Type.Object(
  {
    value: Type.Optional(Type.String()),
    attribute: Type.Optional(Type.Unknown({ description: 'Id or uuid.' })),
    event: Type.Optional(Type.Unknown({ description: 'Id or uuid.' })),
    tag: Type.Optional(Type.String({ description: 'Name.' })),
    cluster: Type.Optional(Type.Unknown({ description: 'Id or uuid.' })),
  },
  { description: 'One of the members says what is meant.' },
);
const anything = Type.Record(Type.String(), Type.Unknown());

/** Going from one element to what is near it: beyond MISP's API. */
export function pivotOperations(magpie: Magpie): Operation[] {
  const shared = { methods: ['POST'], permission: 'any', effect: 'read' } as const;
  return [
    {
      ...shared,
      name: 'pivots.counts',
      summary: 'How many neighbours of each kind an element has',
      path: '/pivots/counts',
      body: Type.Object({ from: element, kinds: Type.Optional(Type.Array(Type.String())) }),
      response: anything,
      handle: ({ viewer, body, gone }: Call) =>
        bounded(magpie.database, { viewer, gone }, async (tx) => {
          const { from, kinds } = unwrap(body);
          const subject = await readSubject(tx, from, 'from');
          const wanted = new Set(readList(kinds)?.map((name) => kindOf(subject, name)) ?? kindsOf(subject));
          const counts: Record<string, unknown>[] = [];
          for (const kind of wanted) {
            const found = await kind.find({ magpie, tx }, subject, COUNTED + 1);
            const count = Math.min(found.length, COUNTED);
            counts.push({
              kind: kind.name,
              gives: kind.gives,
              summary: kind.summary,
              count,
              more: found.length > COUNTED,
            });
          }
          return json({ from: subjectWire(subject), kinds: counts });
        }),
    },
    {
      ...shared,
      name: 'pivots.neighbours',
      summary: 'The neighbours of one kind of an element, a page of them',
      path: '/pivots/neighbours',
      body: Type.Object({
        from: element,
        kind: Type.String(),
        limit: Type.Optional(Type.Unknown()),
        page: Type.Optional(Type.Unknown()),
      }),
      response: anything,
      handle: ({ viewer, body, gone }: Call) =>
        bounded(magpie.database, { viewer, gone }, async (tx) => {
          const given = unwrap(body);
          const subject = await readSubject(tx, given.from, 'from');
          const kind = kindOf(subject, given.kind);
          const limit = readBetween(given.limit, 'limit', PAGE, MAX_PAGE);
          const page = readBetween(given.page, 'page', 1, Math.floor(REACHED / limit));
          const found = await kind.find({ magpie, tx }, subject, page * limit + 1);
          const shown = found.slice((page - 1) * limit, page * limit);
          return json({
            ...{ from: subjectWire(subject), kind: kind.name, page, limit },
            more: found.length > page * limit,
            neighbours: await elementsOf(tx, kind.gives, shown),
          });
        }),
    },
    {
      ...shared,
      name: 'pivots.paths',
      summary: 'How two elements are connected over shared values and clusters, in up to four hops',
      path: '/pivots/paths',
      body: Type.Object({
        ...{ from: element, to: element },
        hops: Type.Optional(Type.Unknown()),
        limit: Type.Optional(Type.Unknown()),
      }),
      response: anything,
      handle: ({ viewer, body, gone }: Call) =>
        bounded(magpie.database, { viewer, gone }, async (tx) => {
          const given = unwrap(body);
          const [from, to] = [await readSubject(tx, given.from, 'from'), await readSubject(tx, given.to, 'to')];
          const hops = readBetween(given.hops, 'hops', MAX_HOPS, MAX_HOPS);
          const limit = readBetween(given.limit, 'limit', 10, MAX_PATHS);
          const limits = correlationLimits(magpie);
          const found = limits === null ? null : await findPaths(tx, from, to, { hops, limit, limits });
          return json({
            ...{ from: subjectWire(from), to: subjectWire(to), paths: found?.paths ?? [] },
            ...{ more: found?.more ?? false, too_common: found?.tooCommon ?? { values: 0, clusters: 0 } },
          });
        }),
    },
  ];
}

const kindsOf = (subject: Subject): readonly PivotKind[] => pivotKinds.filter((kind) => kind.of === subject.kind);

function kindOf(subject: Subject, name: unknown): PivotKind {
  const kinds = kindsOf(subject);
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new BadRequest(`kind takes one of ${kinds.map((one) => one.name).join(', ')}.`);
  return kind;
}

function readBetween(given: unknown, name: string, otherwise: number, most: number): number {
  if (given === undefined || given === null) return otherwise;
  const number = readInteger(given);
  if (number === null || number < 1 || number > most) throw new BadRequest(`${name} takes a number from 1 to ${most}.`);
  return number;
}
