import { problemOfRegex } from './check-regex.ts';
import { type ConditionToken, conditionTokens } from './condition-tokens.ts';
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
const integerFunction = /^u?int(8|16|32)(be)?$/;
const keyword = new Set([
  ...['all', 'and', 'any', 'ascii', 'at', 'base64', 'base64wide', 'condition', 'contains', 'defined', 'endswith'],
  ...['entrypoint', 'false', 'filesize', 'for', 'fullword', 'global', 'icontains', 'iendswith', 'iequals', 'import'],
  ...['in', 'include', 'istartswith', 'matches', 'meta', 'nocase', 'none', 'not', 'of', 'or', 'private', 'rule'],
  ...['startswith', 'strings', 'them', 'true', 'wide', 'xor'],
]);

/** Words that mean something to YARA and so name nothing (YARA documentation, table of keywords). */
export function isKeyword(word: string): boolean {
  return keyword.has(word) || integerFunction.test(word);
}

/** Operators between values, those that bind least first. */
const levels: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '\\', '%']];
const takesFloats = new Set(['+', '-', '*', '\\']);

const kindOfLiteral = { number: 'integer', double: 'float', text: 'string' } as const;

/** What a sum or a product of two numbers is. */
function kindOfNumbers(left: Kind, right: Kind): Kind {
  if (left === 'float' || right === 'float') return 'float';
  return left === 'any' || right === 'any' ? 'any' : 'integer';
}

class Refused extends Error {}

/** Says why YARA would refuse a condition (YARA documentation, "Conditions"); null where it would not. */
export function problemOfCondition(source: string, names: ConditionNames): string | null {
  const tokens = conditionTokens(source);
  if (typeof tokens === 'string') return `its condition cannot be read at ${tokens}`;
  try {
    readCondition(tokens, names);
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function readCondition(tokens: readonly ConditionToken[], names: ConditionNames): void {
  let at = 0;
  let depth = 0;
  let loops = 0;
  let stringLoops = 0;
  let beginnings = 0;
  const variables = new Map<string, Kind>();
  const END: ConditionToken = { kind: 'end', text: 'its end' };

  const peek = (ahead = 0) => tokens[at + ahead] ?? END;
  const isNext = (text: string) => peek().text === text && (peek().kind === 'sign' || peek().kind === 'word');
  function accept(text: string): boolean {
    if (!isNext(text)) return false;
    at += 1;
    return true;
  }
  function expect(text: string): void {
    if (!accept(text)) unreadable();
  }
  function unreadable(): never {
    throw new Refused(`its condition cannot be read at ${peek().text.slice(0, 40)}`);
  }
  function check(kind: Kind, wanted: readonly Kind[], where: string): void {
    if (kind !== 'any' && !wanted.includes(kind)) throw new Refused(`a ${kind} cannot stand ${where} in its condition`);
  }

  function whole(): Kind {
    depth += 1;
    if (depth > MOST_DEPTH) throw new Refused('its condition has too many brackets');
    let kind = conjunction();
    while (accept('or')) {
      conjunction();
      kind = 'truth';
    }
    depth -= 1;
    return kind;
  }

  function conjunction(): Kind {
    let kind = negation();
    while (accept('and')) {
      negation();
      kind = 'truth';
    }
    return kind;
  }

  function negation(): Kind {
    let isNegated = false;
    while (accept('not') || accept('defined')) isNegated = true;
    const kind = comparison();
    if (kind === 'module') throw new Refused('a module stands alone in its condition');
    return isNegated ? 'truth' : kind;
  }

  function comparison(): Kind {
    const { kind, text } = peek();
    if (kind === 'string') return foundString();
    if (accept('true') || accept('false')) return 'truth';
    if (accept('for')) return loop();
    if (kind === 'word' && quantifiers.has(text)) {
      at += 1;
      return among();
    }
    const left = value(0);
    if (isNext('of') || (isNext('%') && peek(1).text === 'of')) {
      const isShare = accept('%');
      check(left, ['integer'], 'before of');
      return among(isShare);
    }
    const operator = peek();
    if (operator.kind === 'sign' && compared.has(operator.text)) return compare(left);
    if (operator.kind !== 'word' || !(ofTexts.has(operator.text) || operator.text === 'matches')) return left;
    at += 1;
    check(left, ['string'], `before ${operator.text}`);
    check(value(0), [operator.text === 'matches' ? 'regex' : 'string'], `behind ${operator.text}`);
    return 'truth';
  }

  function compare(left: Kind): Kind {
    const { text } = peek();
    at += 1;
    const right = value(0);
    for (const kind of [left, right]) check(kind, ['integer', 'float', 'string'], `beside ${text}`);
    if (left !== 'any' && right !== 'any' && (left === 'string') !== (right === 'string')) {
      throw new Refused(`a ${left} is compared with a ${right} in its condition`);
    }
    return 'truth';
  }

  function foundString(): Kind {
    const { text } = peek();
    if (text.endsWith('*')) unreadable();
    requireLoop(text);
    at += 1;
    if (accept('at')) check(value(0), ['integer'], 'behind at');
    else if (accept('in')) range();
    return 'truth';
  }

  /** A sign without a name stands for the string of a loop. */
  function requireLoop(text: string): void {
    if (text.length === 1 && stringLoops === 0) throw new Refused(`${text} stands outside of a loop in its condition`);
  }

  /** Behind `of`'s quantifier. */
  function among(isShare = false): Kind {
    expect('of');
    const isOfRules = !accept('them') && nameSet(true) === 'rules';
    if (!isOfRules && !isShare && accept('in')) range();
    return 'truth';
  }

  function nameSet(takesRules: boolean): 'strings' | 'rules' {
    expect('(');
    const isOfStrings = peek().kind === 'string';
    if (!isOfStrings && !takesRules) unreadable();
    do {
      const { kind, text } = peek();
      if (kind !== (isOfStrings ? 'string' : 'word') || text === '$') unreadable();
      at += 1;
      if (isOfStrings) continue;
      const isBeginning = accept('*');
      if (isBeginning) beginnings += 1;
      if (beginnings > MOST_BEGINNINGS) throw new Refused('its condition names too many beginnings of rules');
      const isKnown = isBeginning ? names.hasRules(text) : names.kindOf(text) === 'rule';
      if (!isKnown) throw new Refused(`${text} is not known in it`);
    } while (accept(','));
    expect(')');
    return isOfStrings ? 'strings' : 'rules';
  }

  function loop(): Kind {
    loops += 1;
    if (loops > MOST_LOOPS) throw new Refused('its loops are too many within each other');
    if (peek().kind === 'word' && quantifiers.has(peek().text)) at += 1;
    else check(value(0), ['integer'], 'behind for');
    const isOfStrings = accept('of');
    const own = isOfStrings ? [] : loopVariables();
    if (isOfStrings) {
      if (!accept('them')) nameSet(false);
      stringLoops += 1;
    }
    expect(':');
    expect('(');
    whole();
    expect(')');
    for (const name of own) variables.delete(name);
    if (isOfStrings) stringLoops -= 1;
    loops -= 1;
    return 'truth';
  }

  function loopVariables(): string[] {
    const own: string[] = [];
    do {
      const { kind, text } = peek();
      if (kind !== 'word' || isKeyword(text)) unreadable();
      if (variables.has(text) || own.includes(text)) throw new Refused(`its loops use ${text} twice`);
      own.push(text);
      at += 1;
    } while (accept(','));
    expect('in');
    const isOfNumbers = isNext('(');
    if (isOfNumbers) {
      if (own.length > 1) unreadable();
      numbers();
    } else if (peek().kind === 'word' && !isKeyword(peek().text)) check(named(), [], 'behind in');
    else unreadable();
    for (const name of own) variables.set(name, isOfNumbers ? 'integer' : 'any');
    return own;
  }

  /** `(1..9)` or `(1, 2, 3)`. */
  function numbers(): void {
    expect('(');
    check(value(0), ['integer'], 'in a list of numbers');
    if (accept('..')) check(value(0), ['integer'], 'in a range');
    else while (accept(',')) check(value(0), ['integer'], 'in a list of numbers');
    expect(')');
  }

  function range(): void {
    expect('(');
    check(value(0), ['integer'], 'in a range');
    expect('..');
    check(value(0), ['integer'], 'in a range');
    expect(')');
  }

  /** A value with operators that bind at least as much as those of the level. */
  function value(level: number): Kind {
    const operators = levels[level];
    if (operators === undefined) return signed();
    let kind = value(level + 1);
    for (;;) {
      const { text } = peek();
      if (peek().kind !== 'sign' || !operators.includes(text) || (text === '%' && peek(1).text === 'of')) return kind;
      at += 1;
      requireOperand(text);
      const right = value(level + 1);
      const wanted: Kind[] = takesFloats.has(text) ? ['integer', 'float'] : ['integer'];
      check(kind, wanted, `beside ${text}`);
      check(right, wanted, `beside ${text}`);
      kind = takesFloats.has(text) ? kindOfNumbers(kind, right) : 'integer';
    }
  }

  /** What YARA works out while it compiles must have a result. */
  function requireOperand(operator: string): void {
    const isNone = peek().kind === 'number' && /^0+([xo]0+|KB|MB)?$/.test(peek().text);
    const isNegative = isNext('-') && peek(1).kind === 'number';
    const isShift = operator === '<<' || operator === '>>';
    if (((operator === '\\' || operator === '%') && isNone) || (isShift && isNegative)) unreadable();
  }

  function signed(): Kind {
    const signs: string[] = [];
    while (isNext('-') || isNext('~')) {
      signs.push(peek().text);
      at += 1;
    }
    const kind = single();
    const wanted: Kind[] = signs.includes('~') ? ['integer'] : ['integer', 'float'];
    if (signs.length > 0) check(kind, wanted, `behind ${signs.at(-1)}`);
    return kind;
  }

  function single(): Kind {
    const { kind, text } = peek();
    switch (kind) {
      case 'number':
      case 'double':
      case 'text':
        at += 1;
        return kindOfLiteral[kind];
      case 'regex': {
        at += 1;
        const problem = problemOfRegex(text.slice(1, text.lastIndexOf('/')));
        if (problem !== null) throw new Refused(`its expression ${text.slice(0, 40)}: ${problem}`);
        return 'regex';
      }
      case 'count':
      case 'offset':
      case 'length':
        return measured(kind);
      case 'word':
        return named();
      default:
        break;
    }
    expect('(');
    const inner = whole();
    expect(')');
    return inner;
  }

  /** Number, places and lengths of a string's occurrences. */
  function measured(kind: 'count' | 'offset' | 'length'): Kind {
    requireLoop(peek().text);
    at += 1;
    if (kind === 'count') {
      if (accept('in')) range();
    } else if (accept('[')) {
      check(value(0), ['integer'], 'between square brackets');
      expect(']');
    }
    return 'integer';
  }

  function named(): Kind {
    const { text } = peek();
    if (text === 'filesize' || text === 'entrypoint') {
      at += 1;
      return 'integer';
    }
    if (integerFunction.test(text)) {
      at += 1;
      expect('(');
      check(value(0), ['integer'], `in ${text}`);
      expect(')');
      return 'integer';
    }
    if (isKeyword(text)) unreadable();
    const kind = variables.get(text) ?? names.kindOf(text);
    if (kind === null) throw new Refused(`${text} is not known in it`);
    at += 1;
    if (kind === 'module' && isNext('.') && peek(1).kind === 'word' && !hasMember(text, peek(1).text)) {
      throw new Refused(`${text}.${peek(1).text} is not known to YARA 4.2`);
    }
    return kind === 'module' || kind === 'any' ? members(kind) : kind;
  }

  function members(kind: Kind): Kind {
    let found = kind;
    for (;;) {
      if (accept('.')) {
        if (peek().kind !== 'word' || isKeyword(peek().text)) unreadable();
        at += 1;
      } else if (accept('[')) {
        check(value(0), ['integer', 'string'], 'between square brackets');
        expect(']');
      } else if (accept('(')) {
        if (!isNext(')'))
          do whole();
          while (accept(','));
        expect(')');
      } else return found;
      found = 'any';
    }
  }

  whole();
  if (peek().kind !== 'end') unreadable();
}
