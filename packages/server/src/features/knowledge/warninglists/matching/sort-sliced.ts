/** Items merged between two points where other work may run. */
const SLICE = 8192;

/** Sorts without holding up the process: a bottom-up merge sort that yields now and then. Stable. */
export function* sortSliced<Item>(
  items: readonly Item[],
  before: (a: Item, b: Item) => boolean,
): Generator<void, readonly Item[]> {
  let from = [...items];
  let to = new Array<Item>(items.length);
  let work = 0;
  for (let width = 1; width < items.length; width *= 2) {
    for (let start = 0; start < items.length; start += 2 * width) {
      const end = Math.min(start + 2 * width, items.length);
      merge(from, to, { start, middle: Math.min(start + width, end), end }, before);
      work += end - start;
      if (work > SLICE) {
        work = 0;
        yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function merge<Item>(
  from: readonly Item[],
  to: Item[],
  { start, middle, end }: { start: number; middle: number; end: number },
  before: (a: Item, b: Item) => boolean,
): void {
  let left = start;
  let right = middle;
  for (let index = start; index < end; index += 1) {
    const a = from[left];
    const b = from[right];
    const takesRight = left >= middle || (right < end && a !== undefined && b !== undefined && before(b, a));
    const taken = takesRight ? b : a;
    if (taken !== undefined) to[index] = taken;
    if (takesRight) right += 1;
    else left += 1;
  }
}
