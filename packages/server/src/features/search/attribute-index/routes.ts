import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { attributeRowWire } from '../../intelligence/attributes/wire.ts';
import { pageOfAttributes } from './page.ts';
import { attributeStatistics } from './statistics.ts';
import { uiSearchOperations } from './ui-search.ts';

const USUAL_PAGE = 60;
const LONGEST_PAGE = 10_000;

/** The flat list of attributes, and how many there are of each type or category. */
export function attributeIndexOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.index',
      summary: 'List attributes, those of the newest events first.',
      path: '/attributes/index',
      aliases: [{ path: '/attributes', methods: ['GET'] }],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      async handle(call) {
        const limit = Math.min(LONGEST_PAGE, readNumber(call, 'limit') || USUAL_PAGE);
        const page = Math.max(1, readNumber(call, 'page'));
        const offset = Math.min((page - 1) * limit, 1e12);
        const rows = await magpie.database.as(call.viewer, (tx) => pageOfAttributes(tx, { limit, offset }));
        return json(rows.map((row) => attributeRowWire(row, { halves: true })));
      },
    },
    {
      name: 'attributes.attributeStatistics',
      summary: 'Count attributes by type or category.',
      path: '/attributes/attributeStatistics/{by?}/{percentage?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Record(Type.String(), Type.String()),
      async handle(call) {
        const by = call.args.by === 'category' ? 'category' : 'type';
        const percent = !['', '0', 'false', 'null'].includes(call.args.percentage ?? '');
        return json(await magpie.database.as(call.viewer, (tx) => attributeStatistics(tx, by, percent)));
      },
    },
    ...uiSearchOperations(magpie),
  ];
}

function readNumber(call: Call, name: string): number {
  const value = call.named[name];
  if (value === undefined || value === '') return 0;
  if (typeof value !== 'string' || !/^\d{1,12}$/.test(value)) throw new BadRequest(`${name} takes a whole number.`);
  return Number(value);
}
