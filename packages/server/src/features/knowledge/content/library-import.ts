import type { Transaction } from '../../../database/transaction.ts';

/** What one file holds, read and checked. */
export interface LibraryItem<Parsed> {
  path: string;
  /** Namespace, uuid or name: see content_files.item. */
  item: string;
  parsed: Parsed;
}

/** What is shared by the writing of a whole library. */
export interface ImportOptions {
  /** Write also what is not newer than what is stored. */
  force: boolean;
  /** Owner of the decaying models that come with the program. */
  hostOrganisationId: number;
}

/** Names of the parts of a library that were not stored, and why. */
export type Notice = { path: string; reason: string };

/** What a batch did. */
export interface WriteResult {
  /** Items that were new or newer. */
  updated: number;
  notices: Notice[];
}

/** How one library is read and written. */
export interface LibraryImport<Parsed> {
  /**
   * Reads a file. Throws `UnusableFile` for what cannot be stored; a text in place of the item says why the file is
   * left out by rule.
   */
  read(path: string, bytes: Buffer): { item: string; parsed: Parsed } | string;
  /** Stores a batch in the transaction, keeping ids and what users have set; older versions change nothing. */
  write(tx: Transaction, items: readonly LibraryItem<Parsed>[], options: ImportOptions): Promise<WriteResult>;
}
