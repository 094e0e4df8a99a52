/** YARA keeps 16 bits for repetitions, and so many places where a match may go on in two ways (libyara's `re.h`). */
const MOST_REPEATS = 32_767;
const MOST_SPLITS = 128;
/** Beyond this many brackets within brackets nothing is looked at any more. */
const MOST_DEPTH = 200;

/** Letters that are not what stands behind the backslash. */
const named: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9 };

/**
 * Says why YARA would refuse a regular expression (YARA documentation, "Regular expressions"); null where it would not.
 * `body` is what stands between the slashes.
 */
export function problemOfRegex(body: string): string | null {
  let at = 0;
  let splits = 0;
  let isGreedy = false;
  let isUngreedy = false;

  function alternatives(depth: number): string | null {
    if (depth > MOST_DEPTH) return 'it has too many brackets';
    let isFirst = true;
    for (;;) {
      const before = at;
      const problem = sequence(depth);
      if (problem !== null) return problem;
      // Nothing may stand behind a bar, but not before the first.
      if (isFirst && at === before) return 'a part of it is empty';
      isFirst = false;
      if (body[at] !== '|') return null;
      splits += 1;
      at += 1;
    }
  }

  function sequence(depth: number): string | null {
    while (at < body.length && body[at] !== '|' && body[at] !== ')') {
      const start = at;
      const problem = single(depth) ?? repeats(body.slice(start, at));
      if (problem !== null) return problem;
    }
    return null;
  }

  function single(depth: number): string | null {
    const letter = body[at] ?? '';
    if (repeatAt() !== null) return `nothing stands before ${letter}`;
    at += 1;
    if (letter === '(') {
      const problem = alternatives(depth + 1);
      if (problem !== null) return problem;
      if (body[at] !== ')') return 'a bracket is not closed';
      at += 1;
      return null;
    }
    if (letter === '[') return classOf();
    if (letter !== '\\') return null;
    return takeEscaped(true);
  }

  /** Behind a backslash. */
  function takeEscaped(isOutside: boolean): string | null {
    const letter = body[at] ?? '';
    if (letter === '') return 'it ends with a backslash';
    if (isOutside && /\d/.test(letter)) return 'it refers back';
    if (letter === 'x' && !/^[0-9A-Fa-f]{2}/.test(body.slice(at + 1, at + 3))) return 'a byte is not two digits';
    at += letter === 'x' ? 3 : 1;
    return null;
  }

  function classOf(): string | null {
    if (body[at] === '^') at += 1;
    let last = -1;
    for (let isFirst = true; isFirst || body[at] !== ']'; isFirst = false) {
      if (at >= body.length) return 'a class of letters is not closed';
      const start = at;
      const isRange = body[at] === '-' && !isFirst && last >= 0 && body[at + 1] !== ']';
      if (isRange) at += 1;
      const code = letterCode();
      if (code === null) return 'a class of letters cannot be read';
      if (isRange && code >= 0 && code < last) return `its range ${body.slice(start - 1, at)} runs backwards`;
      last = isRange ? -1 : code;
    }
    at += 1;
    return null;
  }

  /** The letter in a class, -1 for a kind of letters; null where it cannot be read. */
  function letterCode(): number | null {
    const letter = body[at] ?? '';
    at += 1;
    if (letter !== '\\') return letter > '\x7f' ? null : letter.charCodeAt(0);
    const start = at;
    if (takeEscaped(false) !== null) return null;
    const escaped = body.slice(start, at);
    if (/^[wWsSdDbB]$/.test(escaped)) return -1;
    return escaped.startsWith('x') ? Number.parseInt(escaped.slice(1), 16) : (named[escaped] ?? escaped.charCodeAt(0));
  }

  function repeatAt(): { all: string; bounds: string | undefined } | null {
    const [all, bounds] = /^(?:[*+?]|\{(\d*,\d*|\d+)\})\??/.exec(body.slice(at, at + 40)) ?? [];
    return all === undefined ? null : { all, bounds };
  }

  /** Behind what may be repeated. */
  function repeats(what: string): string | null {
    const found = repeatAt();
    if (found === null) return null;
    const { all, bounds } = found;
    if (/^(\^|\$|\\[bB])$/.test(what)) return `${what} is repeated`;
    at += all.length;
    if (all.length > 1 && all.endsWith('?')) isUngreedy = true;
    else isGreedy = true;
    if (repeatAt() !== null) return `nothing stands before ${body[at]}`;
    const isCounted = bounds !== undefined && (what === '.' || !bounds.includes(','));
    if (!isCounted) splits += 1;
    const [low = '', high = low] = bounds?.split(',') ?? [];
    if (Math.max(Number(low), Number(high)) > MOST_REPEATS) return 'it repeats too often';
    return high !== '' && Number(high) < Number(low) ? 'a repetition ends before it begins' : null;
  }

  const problem = alternatives(0);
  if (problem !== null) return problem;
  if (at < body.length) return 'a bracket was not opened';
  if (isGreedy && isUngreedy) return 'greedy and ungreedy repetitions are mixed';
  return splits > MOST_SPLITS ? 'it is too complex' : null;
}
