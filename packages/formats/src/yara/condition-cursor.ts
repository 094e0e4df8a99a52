import type { ConditionToken } from './condition-tokens.ts';

/** Why YARA would refuse a condition, as its message. */
export class ConditionRefused extends Error {}

const END: ConditionToken = { kind: 'end', text: 'its end' };

/** A place among the tokens of a condition. */
export class ConditionCursor {
  readonly #tokens: readonly ConditionToken[];
  #at = 0;

  constructor(tokens: readonly ConditionToken[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): ConditionToken {
    return this.#tokens[this.#at + ahead] ?? END;
  }

  /** Whether a sign or word comes next, not a text of the same letters. */
  isNext(text: string): boolean {
    const { kind, text: next } = this.peek();
    return next === text && (kind === 'sign' || kind === 'word');
  }

  next(): void {
    this.#at += 1;
  }

  /** Passes over a sign or word, where it comes next. */
  accept(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.next();
    return true;
  }

  /** Passes over a sign or word; refuses anything else. */
  expect(text: string): void {
    if (!this.accept(text)) this.unreadable();
  }

  unreadable(): never {
    throw new ConditionRefused(`its condition cannot be read at ${this.peek().text.slice(0, 40)}`);
  }
}
