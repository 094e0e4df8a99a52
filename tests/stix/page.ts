import { accepted } from './accepted.ts';
import { acceptedStix1 } from './accepted-stix1.ts';

/** `docs/compatibility/stix.md`, made from the accepted differences. */
export function page(versions: string): string {
  const section = (where: (typeof accepted)[number]['in']) =>
    accepted
      .filter((entry) => entry.in === where)
      .map(({ what, reason }) => `| ${what} | ${reason} |`)
      .join('\n');
  const stix1 = acceptedStix1.map(({ what, reason }) => `| ${what} | ${reason} |`).join('\n');
  return `# STIX compared with misp-stix

Made by \`node tests/stix/run.ts --write-page\`. The suites compare Magpie with ${versions} over published events, events with every attribute type, and events with every object template; they fail for any difference that is not in these tables. STIX 2 comes first.

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

## What Magpie reads of misp-stix's bundles

Compared with what misp-stix reads of the same bundle: all of it, but for

| Difference | Reason |
| --- | --- |
${section('read by Magpie')}

## STIX 1.1.1 and 1.2

Written, checked with the schemas of both versions, loaded in python-stix, and read back by misp-stix and Magpie.

| Difference | Reason |
| --- | --- |
${stix1}
`;
}
