export * as fc from './fast-check.ts';
export { hostileText, storableText } from './text.ts';
