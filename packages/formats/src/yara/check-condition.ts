import { problemOfRegex } from './check-regex.ts';
import { ConditionCursor, ConditionRefused } from './condition-cursor.ts';
import { type ConditionToken, conditionTokens } from './condition-tokens.ts';
import { isKeyword, readsInteger } from './keywords.ts';
import { hasMember } from './module-members.ts';

/**
 * What a part of a condition is. `any`: a member of a module, of which the type is not known here; `rule`: the name of a
 * rule; `truth`: what is true or false and no value.
 */
type Kind = 'integer' | 'float' | 'string' | 'regex' | 'any' | 'module' | 'rule' | 'truth';

/** What the names of a condition may stand for. */
export interface ConditionNames {
  /** What a word is that is no keyword and no variable; null for what is not known. */
  kindOf(word: string): 'module' | 'rule' | null;
  /** Whether a rule's name begins so. */
  hasRules(beginning: string): boolean;
}

/** libyara's limit of loops within loops; brackets within brackets are bounded so that reading them is. */
const MOST_LOOPS = 4;
const MOST_DEPTH = 400;
/** Each is compared with the names of all rules before. */
const MOST_BEGINNINGS = 100;

const compared = new Set(['==', '!=', '<', '<=', '>', '>=']);
const ofTexts = new Set(['contains', 'icontains', 'startswith', 'istartswith', 'endswith', 'iendswith', 'iequals']);
const quantifiers = new Set(['all', 'any', 'none']);
/** Operators between values, those that bind least first. */
const levels: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '\\', '%']];
const takesFloats = new Set(['+', '-', '*', '\\']);

const kindOfLiteral = { number: 'integer', double: 'float', text: 'string' } as const;

/** What a sum or a product of two numbers is. */
function kindOfNumbers(left: Kind, right: Kind): Kind {
  if (left === 'float' || right === 'float') return 'float';
  return left === 'any' || right === 'any' ? 'any' : 'integer';
}

/** Says why YARA would refuse a condition (YARA documentation, "Conditions"); null where it would not. */
export function problemOfCondition(source: string, names: ConditionNames): string | null {
  const tokens = conditionTokens(source);
  if (typeof tokens === 'string') return `its condition cannot be read at ${tokens}`;
  try {
    new Condition(tokens, names).read();
    return null;
  } catch (error) {
    if (error instanceof ConditionRefused) return error.message;
    throw error;
  }
}

/** Reads a condition by descent, from what binds least to what binds most. */
class Condition extends ConditionCursor {
  readonly #names: ConditionNames;
  readonly #variables = new Map<string, Kind>();
  #depth = 0;
  #loops = 0;
  #stringLoops = 0;
  #beginnings = 0;

  constructor(tokens: readonly ConditionToken[], names: ConditionNames) {
    super(tokens);
    this.#names = names;
  }

  /** Throws `ConditionRefused`. */
  read(): void {
    this.#whole();
    if (this.peek().kind !== 'end') this.unreadable();
  }

  #check(kind: Kind, wanted: readonly Kind[], where: string): void {
    if (kind !== 'any' && !wanted.includes(kind))
      throw new ConditionRefused(`a ${kind} cannot stand ${where} in its condition`);
  }

  #whole(): Kind {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new ConditionRefused('its condition has too many brackets');
    let kind = this.#conjunction();
    while (this.accept('or')) {
      this.#conjunction();
      kind = 'truth';
    }
    this.#depth -= 1;
    return kind;
  }

  #conjunction(): Kind {
    let kind = this.#negation();
    while (this.accept('and')) {
      this.#negation();
      kind = 'truth';
    }
    return kind;
  }

  #negation(): Kind {
    let isNegated = false;
    while (this.accept('not') || this.accept('defined')) isNegated = true;
    const kind = this.#comparison();
    if (kind === 'module') throw new ConditionRefused('a module stands alone in its condition');
    return isNegated ? 'truth' : kind;
  }

  #comparison(): Kind {
    const { kind, text } = this.peek();
    if (kind === 'string') return this.#foundString();
    if (this.accept('true') || this.accept('false')) return 'truth';
    if (this.accept('for')) return this.#loop();
    if (kind === 'word' && quantifiers.has(text)) {
      this.next();
      return this.#among();
    }
    const left = this.#value(0);
    if (this.isNext('of') || (this.isNext('%') && this.peek(1).text === 'of')) {
      const isShare = this.accept('%');
      this.#check(left, ['integer'], 'before of');
      return this.#among(isShare);
    }
    const operator = this.peek();
    if (operator.kind === 'sign' && compared.has(operator.text)) return this.#compare(left);
    if (operator.kind !== 'word' || !(ofTexts.has(operator.text) || operator.text === 'matches')) return left;
    this.next();
    this.#check(left, ['string'], `before ${operator.text}`);
    this.#check(this.#value(0), [operator.text === 'matches' ? 'regex' : 'string'], `behind ${operator.text}`);
    return 'truth';
  }

  #compare(left: Kind): Kind {
    const { text } = this.peek();
    this.next();
    const right = this.#value(0);
    for (const kind of [left, right]) this.#check(kind, ['integer', 'float', 'string'], `beside ${text}`);
    if (left !== 'any' && right !== 'any' && (left === 'string') !== (right === 'string')) {
      throw new ConditionRefused(`a ${left} is compared with a ${right} in its condition`);
    }
    return 'truth';
  }

  #foundString(): Kind {
    const { text } = this.peek();
    if (text.endsWith('*')) this.unreadable();
    this.#requireLoop(text);
    this.next();
    if (this.accept('at')) this.#check(this.#value(0), ['integer'], 'behind at');
    else if (this.accept('in')) this.#range();
    return 'truth';
  }

  /** A sign without a name stands for the string of a loop. */
  #requireLoop(text: string): void {
    if (text.length === 1 && this.#stringLoops === 0)
      throw new ConditionRefused(`${text} stands outside of a loop in its condition`);
  }

  /** Behind `of`'s quantifier. */
  #among(isShare = false): Kind {
    this.expect('of');
    const isOfRules = !this.accept('them') && this.#nameSet(true) === 'rules';
    if (!isOfRules && !isShare && this.accept('in')) this.#range();
    return 'truth';
  }

  #nameSet(takesRules: boolean): 'strings' | 'rules' {
    this.expect('(');
    const isOfStrings = this.peek().kind === 'string';
    if (!isOfStrings && !takesRules) this.unreadable();
    do {
      const { kind, text } = this.peek();
      if (kind !== (isOfStrings ? 'string' : 'word') || text === '$') this.unreadable();
      this.next();
      if (isOfStrings) continue;
      const isBeginning = this.accept('*');
      if (isBeginning) this.#beginnings += 1;
      if (this.#beginnings > MOST_BEGINNINGS)
        throw new ConditionRefused('its condition names too many beginnings of rules');
      const isKnown = isBeginning ? this.#names.hasRules(text) : this.#names.kindOf(text) === 'rule';
      if (!isKnown) throw new ConditionRefused(`${text} is not known in it`);
    } while (this.accept(','));
    this.expect(')');
    return isOfStrings ? 'strings' : 'rules';
  }

  #loop(): Kind {
    this.#loops += 1;
    if (this.#loops > MOST_LOOPS) throw new ConditionRefused('its loops are too many within each other');
    if (this.peek().kind === 'word' && quantifiers.has(this.peek().text)) this.next();
    else this.#check(this.#value(0), ['integer'], 'behind for');
    const isOfStrings = this.accept('of');
    const own = isOfStrings ? [] : this.#loopVariables();
    if (isOfStrings) {
      if (!this.accept('them')) this.#nameSet(false);
      this.#stringLoops += 1;
    }
    this.expect(':');
    this.expect('(');
    this.#whole();
    this.expect(')');
    for (const name of own) this.#variables.delete(name);
    if (isOfStrings) this.#stringLoops -= 1;
    this.#loops -= 1;
    return 'truth';
  }

  #loopVariables(): string[] {
    const own: string[] = [];
    do {
      const { kind, text } = this.peek();
      if (kind !== 'word' || isKeyword(text)) this.unreadable();
      if (this.#variables.has(text) || own.includes(text)) throw new ConditionRefused(`its loops use ${text} twice`);
      own.push(text);
      this.next();
    } while (this.accept(','));
    this.expect('in');
    const isOfNumbers = this.isNext('(');
    if (isOfNumbers) {
      if (own.length > 1) this.unreadable();
      this.#numbers();
    } else if (this.peek().kind === 'word' && !isKeyword(this.peek().text)) this.#check(this.#named(), [], 'behind in');
    else this.unreadable();
    for (const name of own) this.#variables.set(name, isOfNumbers ? 'integer' : 'any');
    return own;
  }

  /** `(1..9)` or `(1, 2, 3)`. */
  #numbers(): void {
    this.expect('(');
    this.#check(this.#value(0), ['integer'], 'in a list of numbers');
    if (this.accept('..')) this.#check(this.#value(0), ['integer'], 'in a range');
    else while (this.accept(',')) this.#check(this.#value(0), ['integer'], 'in a list of numbers');
    this.expect(')');
  }

  #range(): void {
    this.expect('(');
    this.#check(this.#value(0), ['integer'], 'in a range');
    this.expect('..');
    this.#check(this.#value(0), ['integer'], 'in a range');
    this.expect(')');
  }

  /** A value with operators that bind at least as much as those of the level. */
  #value(level: number): Kind {
    const operators = levels[level];
    if (operators === undefined) return this.#signed();
    let kind = this.#value(level + 1);
    for (;;) {
      const { text } = this.peek();
      if (this.peek().kind !== 'sign' || !operators.includes(text) || (text === '%' && this.peek(1).text === 'of'))
        return kind;
      this.next();
      this.#requireOperand(text);
      const right = this.#value(level + 1);
      const wanted: Kind[] = takesFloats.has(text) ? ['integer', 'float'] : ['integer'];
      this.#check(kind, wanted, `beside ${text}`);
      this.#check(right, wanted, `beside ${text}`);
      kind = takesFloats.has(text) ? kindOfNumbers(kind, right) : 'integer';
    }
  }

  /** What YARA works out while it compiles must have a result. */
  #requireOperand(operator: string): void {
    const isNone = this.peek().kind === 'number' && /^0+([xo]0+|KB|MB)?$/.test(this.peek().text);
    const isNegative = this.isNext('-') && this.peek(1).kind === 'number';
    const isShift = operator === '<<' || operator === '>>';
    if (((operator === '\\' || operator === '%') && isNone) || (isShift && isNegative)) this.unreadable();
  }

  #signed(): Kind {
    const signs: string[] = [];
    while (this.isNext('-') || this.isNext('~')) {
      signs.push(this.peek().text);
      this.next();
    }
    const kind = this.#single();
    const wanted: Kind[] = signs.includes('~') ? ['integer'] : ['integer', 'float'];
    if (signs.length > 0) this.#check(kind, wanted, `behind ${signs.at(-1)}`);
    return kind;
  }

  #single(): Kind {
    const { kind, text } = this.peek();
    switch (kind) {
      case 'number':
      case 'double':
      case 'text':
        this.next();
        return kindOfLiteral[kind];
      case 'regex': {
        this.next();
        const problem = problemOfRegex(text.slice(1, text.lastIndexOf('/')));
        if (problem !== null) throw new ConditionRefused(`its expression ${text.slice(0, 40)}: ${problem}`);
        return 'regex';
      }
      case 'count':
      case 'offset':
      case 'length':
        return this.#measured(kind);
      case 'word':
        return this.#named();
      default:
        break;
    }
    this.expect('(');
    const inner = this.#whole();
    this.expect(')');
    return inner;
  }

  /** Number, places and lengths of a string's occurrences. */
  #measured(kind: 'count' | 'offset' | 'length'): Kind {
    this.#requireLoop(this.peek().text);
    this.next();
    if (kind === 'count') {
      if (this.accept('in')) this.#range();
    } else if (this.accept('[')) {
      this.#check(this.#value(0), ['integer'], 'between square brackets');
      this.expect(']');
    }
    return 'integer';
  }

  #named(): Kind {
    const { text } = this.peek();
    if (text === 'filesize' || text === 'entrypoint') {
      this.next();
      return 'integer';
    }
    if (readsInteger(text)) {
      this.next();
      this.expect('(');
      this.#check(this.#value(0), ['integer'], `in ${text}`);
      this.expect(')');
      return 'integer';
    }
    if (isKeyword(text)) this.unreadable();
    const kind = this.#variables.get(text) ?? this.#names.kindOf(text);
    if (kind === null) throw new ConditionRefused(`${text} is not known in it`);
    this.next();
    if (kind === 'module' && this.isNext('.') && this.peek(1).kind === 'word' && !hasMember(text, this.peek(1).text)) {
      throw new ConditionRefused(`${text}.${this.peek(1).text} is not known to YARA 4.2`);
    }
    return kind === 'module' || kind === 'any' ? this.#members(kind) : kind;
  }

  #members(kind: Kind): Kind {
    let found = kind;
    for (;;) {
      if (this.accept('.')) {
        if (this.peek().kind !== 'word' || isKeyword(this.peek().text)) this.unreadable();
        this.next();
      } else if (this.accept('[')) {
        this.#check(this.#value(0), ['integer', 'string'], 'between square brackets');
        this.expect(']');
      } else if (this.accept('(')) {
        if (!this.isNext(')'))
          do this.#whole();
          while (this.accept(','));
        this.expect(')');
      } else return found;
      found = 'any';
    }
  }
}
