import { rowsQuery } from './rows.ts';

/** A piece of news for the users of the instance. */
export interface NewsItem {
  readonly id: string;
  readonly title: string;
  readonly message: string;
  readonly date_created: string;
}

/** What the administrators of the instance tell everybody, newest first. */
export const newsQuery = () => ({
  ...rowsQuery<{ readonly News: NewsItem }>('news', '/news/index.json'),
  select: (rows: readonly { readonly News: NewsItem }[]) => rows.map((row) => row.News),
});
