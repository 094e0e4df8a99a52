import { isAttributeType } from './catalogue.ts';
import { checkValue, type ValueVerdict } from './value.ts';

/**
 * What the server would say to a value of a type: the form it would be stored
 * in, or why it is refused. `nowSeconds` matters to words such as "tomorrow".
 */
export function validateAttributeValue(
  type: string,
  value: string,
  nowSeconds: number = Math.floor(Date.now() / 1000),
): ValueVerdict {
  return isAttributeType(type) ? checkValue(type, value, { nowSeconds }) : { ok: false, message: 'Invalid type.' };
}
