/** A queue of bytes outside of memory, for what would take too much of it; the program that writes a document gives it. */
export interface Scratch {
  /** Appends an item. */
  put(item: Uint8Array): void;
  /** All items, in the order in which they were put there. */
  items(): Iterable<Uint8Array>;
  /** Gives the room back; nothing can be read or added from then on. */
  close(): void;
}
