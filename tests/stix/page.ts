import { accepted } from './accepted.ts';

/** `docs/compatibility/stix.md`, made from the accepted differences. */
export function page(versions: string): string {
  const section = (where: (typeof accepted)[number]['in']) =>
    accepted
      .filter((entry) => entry.in === where)
      .map(({ what, reason }) => `| ${what} | ${reason} |`)
      .join('\n');
  return `# STIX 2 compared with misp-stix

Made by \`node tests/stix/run.ts --write-page\`. The suite compares Magpie with ${versions} over published events, events with every attribute type, and events with every object template; it fails for any difference that is not in these tables.

Beside these, Magpie's bundles have one property of their own, \`x_magpie\`, with what MISP's mapping to STIX loses: comments and detection flags where they have no place, attributes of objects with their uuids and tags, the date, threat level and analysis of events. Other readers pass it over; Magpie reads its own bundles back whole.

## What is written

| Difference | Reason |
| --- | --- |
${section('written')}

## What the OASIS validator says

| Finding | Reason |
| --- | --- |
${section('validated')}

## What misp-stix reads back

Compared with what it reads from its own bundle of the same event.

| Difference | Reason |
| --- | --- |
${section('read back')}
`;
}
