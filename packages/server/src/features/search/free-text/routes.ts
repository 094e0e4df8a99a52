import { findIndicators } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { isObject } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';

const LONGEST_TEXT = 10_000_000;

/** Finds indicators in pasted text, for review before anything is stored. */
export function freeTextOperations(_magpie: Magpie): Operation[] {
  return [
    {
      name: 'ui.freeText',
      summary: 'Find addresses, domains, hashes and other indicators in a text.',
      path: '/ui/free-text',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ text: Type.String({ maxLength: LONGEST_TEXT }) }),
      response: Type.Object({ indicators: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
      handle(call) {
        const text = isObject(call.body) ? call.body.text : undefined;
        if (typeof text !== 'string') throw new BadRequest('text is missing.');
        if (text.length > LONGEST_TEXT) throw new BadRequest('The text is too long.');
        return json({ indicators: findIndicators(text) });
      },
    },
  ];
}
