import {
  areJobs,
  areLogEntries,
  areTypeCounts,
  hasSameElements,
  haveFieldsOf,
  isNothing,
  modelNames,
  saysTheSame,
  sharedEvent,
  sortedLines,
  textsOfPage,
  withoutSerial,
  withoutTags,
} from './accepted-checks.ts';
import { type AcceptedPart, acceptedValues } from './accepted-values.ts';
import { type Answer, type Difference, sameShape } from './compare.ts';
import type { Exchange } from './recording.ts';
import { sameMembers } from './shape.ts';
import { stix1Differences, stix2Differences } from './stix-dialects.ts';

/** A difference from the recorded MISP that is intended. */
export interface AcceptedDifference {
  /** Id of an exchange, or a pattern over ids. */
  readonly id: string | RegExp;
  readonly reason: string;
  /**
   * The difference is accepted only if this holds; where it is not given, only if the status is the recorded one and the
   * answer has the same members of the same types.
   */
  readonly when?: (exchange: Exchange, answer: Answer) => boolean;
}

/**
 * Where Magpie's answer differs from MISP's on purpose. The first entries are the recording's own list of what
 * is not to be copied.
 */
const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    id: /./,
    reason: 'MISP fails with an internal error here (no JSON view, or unchecked input reaching its database)',
    when: (exchange, answer) => exchange.response.status === 500 && answer.status < 500,
  },
  {
    id: /./,
    reason: 'MISP redirects to a page here (an action made for browsers only)',
    when: (exchange, answer) =>
      exchange.response.status === 302 && exchange.response.body === '' && answer.status < 500,
  },
  {
    id: 'event_reports-019',
    reason: 'MISP answers an empty list where a page could not be read; here 403 says why',
    when: (_exchange, answer) => answer.status === 403,
  },
  {
    id: 'sync-006',
    reason: 'MISP does not look at `published`; Magpie does, and none of these clusters is published',
    when: (_exchange, { body }) => JSON.stringify(body) === '{"response":[]}',
  },
  {
    id: 'sync-015',
    reason: 'MISP takes pushed proposals bare only; Magpie in `ShadowAttribute` too',
    when: (_exchange, { body }) => JSON.stringify(body).includes('1 Proposal(s) added.'),
  },
  {
    id: /^restsearch_formats-0(10|33|46)$/,
    reason:
      'STIX 2.1 as the misp-stix of 2026 writes it, not that of 2024: the same but for the differences of the two (tests/golden/stix-dialects.ts, docs/compatibility/stix.md)',
    when: ({ id, response }, answer) => {
      const scope = id === 'restsearch_formats-033' ? 'attributes' : 'events';
      return response.status === answer.status && isNothing(stix2Differences(response.body, answer.body, scope));
    },
  },
  {
    id: /^restsearch_formats-0(08|09)$/,
    reason:
      'STIX 1 holds the same; objects come in another order, and tell what they refer to, as in the misp-stix of 2026',
    when: ({ response }, answer) =>
      response.status === answer.status && isNothing(stix1Differences(response.body, answer.body)),
  },
  {
    id: /^(events-026|restsearch_formats-003)$/,
    reason: 'the same elements; XML is compared as text, in which the times of the recording stand',
    when: (exchange, answer) =>
      exchange.response.status === answer.status && hasSameElements(exchange.response.body, answer.body),
  },
  {
    id: /^settings-/,
    reason: 'the settings page and its diagnostics describe the recorded machine and program',
    when: (exchange) => /\/servers\/serverSettings(\/|$)|diagnostics/i.test(exchange.request.path),
  },
  {
    id: /^misc-/,
    reason: 'the list of communities is shipped with MISP, not part of the protocol',
    when: (exchange) => exchange.request.path.startsWith('/communities'),
  },
  {
    id: /^restsearch_filters-0(15|16|17|21|33)$/,
    reason: 'which page comes first without an order is up to the database; Magpie pages by id',
    // Which of the rows have tags is up to the page.
    when: ({ response }, answer) =>
      response.status === answer.status && sameMembers(withoutTags(response.body), withoutTags(answer.body)),
  },
  {
    id: /^galaxies-02[25]$/,
    reason: 'MISP answers JSON escaped for HTML here, without what was stored; Magpie answers JSON',
    when: (exchange, answer) => saysTheSame(exchange.response.body, answer.body),
  },
  {
    id: /^decaying_models-0(02|11)$/,
    reason: 'models of the library come in the order of their names, not in that of a file system',
    when: (exchange, answer) =>
      JSON.stringify(modelNames(exchange.response.body)) === JSON.stringify(modelNames(answer.body)),
  },
  {
    id: /^misc-0(07|08|11)$/,
    reason: 'MISP 2.5.1 lets nobody but site administrators fill or delete collections; Magpie lets their organisation',
    when: (_exchange, answer) => answer.status === 200,
  },
  {
    id: 'misc-036',
    reason: 'MISP answers an upload of STIX with its own form of the event; Magpie with that of events/view',
    when: ({ response }, answer) => response.status === answer.status && sharedEvent(response.body, answer.body),
  },
  {
    id: /^jobs-00[12]$/,
    reason: 'the jobs of the day: Magpie publishes at once, without one',
    when: ({ response }, answer) => response.status === answer.status && areJobs(answer.body),
  },
  {
    id: 'jobs-004',
    reason: 'MISP shows the error of a job as HTML; Magpie tells it as JSON',
    when: (_exchange, answer) => answer.status === 200,
  },
  {
    id: 'misc-018',
    reason: 'MISP shows the keys of an event on a page only; Magpie lists them',
    when: (_exchange, answer) => answer.status === 200,
  },
  {
    id: /^(logs-0(01|03|06|11)|acl-1(11|18|25|32|39|46))$/,
    reason: 'what is logged differs: Magpie tells what was refused in the answer, MISP in its log',
    when: (exchange, answer) => exchange.response.status === answer.status && areLogEntries(answer.body),
  },
  {
    id: 'logs-009',
    reason: 'the history tells what Magpie did, which is not step for step what MISP did',
  },
  {
    id: 'statistics-005',
    reason:
      'counts what the instance holds on the day of the replay; the recorded one had also synchronised events, and no whole number',
    when: ({ response }, answer) => response.status === answer.status && areTypeCounts(answer.body),
  },
  {
    id: /^logs-0(07|08)$/,
    reason: 'the history tells what Magpie did, which is not step for step what MISP did',
    when: ({ response }, answer) => response.status === answer.status && haveFieldsOf(response.body, answer.body),
  },
  {
    id: /^correlations-0(15|16)$/,
    reason: 'counting is waited for, and counts the attributes that share a value where MISP counts stored pairs',
  },
  {
    id: 'attribute_values-036',
    reason: 'MISP 2.5.1 refuses every integer, since it wants a number where texts arrive; Magpie takes whole numbers',
    when: (_exchange, answer) => answer.status === 200,
  },
  {
    id: 'attributes-042',
    reason: 'MISP orders a list with a limit in another way than the whole list; Magpie keeps one order',
  },
];

const isSurplus = ({ kind, expected }: Difference) => kind === 'keys' && expected === undefined;

/** Parts of answers that differ on purpose wherever they occur. */
const acceptedParts: readonly AcceptedPart[] = [
  ...acceptedValues,
  {
    id: /./,
    path: /\/attribute_count$/,
    reason: 'MISP counts attributes that the reader may not see; Magpie does not',
    when: ({ expected, actual }) => Number(actual) < Number(expected),
  },
  {
    id: /^objects-044$/,
    path: /\/attribute_count$/,
    reason: 'MISP keeps a counter, which loses one when an edit replaces an attribute of an object',
    when: ({ expected, actual }) => expected === '5' && actual === '6',
  },
  {
    id: /^event_graph-00[1-3]$/,
    path: /^\/existing_tags\//,
    reason: 'a list of all tags by ids, which depend on the order of import',
    when: () => true,
  },
  {
    id: /^event_graph-002$/,
    path: /^\/items\/(\d+|-)$/,
    reason: 'tags by ids, which depend on the order of import',
    when: ({ expected, actual }) => JSON.stringify(expected ?? actual).includes('"node_type":"tag"'),
  },
  {
    id: /^event_graph-005$/,
    path: /^\/distributionInfo\/\d\/desc$/,
    reason: 'distributions are explained in words of our own',
    when: ({ actual }) => typeof actual === 'string',
  },
  {
    id: /^event_graph-007$/,
    path: /^\/nodes\/\d+\/distribution$/,
    reason: 'clusters of libraries carry no distribution, since PyMISP of July 2026 and later refuses them with one',
    when: ({ kind, actual }) => kind === 'keys' && actual === undefined,
  },
  {
    id: /^servers-009$/,
    path: /^\/Server\/authkey$/,
    reason: 'a key that is stored is shown in the answer that follows its being sent, and as asterisks later',
    when: ({ actual }) => /^\*+$/.test(String(actual)),
  },
  {
    id: /./,
    path: /^\/rejected$/,
    reason: 'Magpie names what it did not take; MISP is silent',
    when: isSurplus,
  },
  {
    id: /./,
    path: /(GalaxyCluster|TargetCluster)(\/\d+)?\/distribution$/,
    reason: 'clusters of libraries carry no distribution, since PyMISP of July 2026 and later refuses them with one',
    when: ({ kind, expected, actual }) => kind === 'keys' && actual === undefined && expected === '3',
  },
  {
    id: /^correlations-002$/,
    path: /\/RelatedAttribute\/\d+(\/id)?$/,
    reason: 'MISP lists what is related in a list of lists, and by the ids of events; Magpie as for searches',
    when: () => true,
  },
  {
    id: /./,
    path: /\/warnings\/\d+\/warninglist_id$/,
    reason: 'an id that MISP took from its cache is a number, all others are texts',
    when: ({ expected, actual }) => typeof expected === 'number' && typeof actual === 'string',
  },
  {
    id: /^galaxies-0(18|2[34]|3[0-9])$/,
    path: /\/authors\/-$/,
    reason: 'MISP empties the authors of a cluster on an edit that does not name them; Magpie keeps them',
    when: isSurplus,
  },
  {
    id: /^galaxies-038$/,
    path: /^\/version$/,
    reason: 'MISP writes false where the version of the file belongs',
    when: ({ expected }) => expected === false,
  },
  {
    id: /^sightings-01[679]$/,
    path: /^x-result-count$/,
    reason: 'MISP always counts 0 sightings; Magpie counts all that match',
    when: () => true,
  },
  {
    id: /^proposals-006$/,
    path: /^\/success$/,
    reason: 'MISP tells here that its mail to the owner failed',
    when: () => true,
  },
  {
    id: /^restsearch_filters-/,
    path: /^x-result-count$/,
    reason: 'with a limit MISP counts the page, and it misses the filter by distribution; Magpie counts all that match',
    when: (_, { request }) => /"?limit"?:|"distribution"/.test(`${request.path} ${JSON.stringify(request.body)}`),
  },
  {
    id: /^attribute_values-116$/,
    path: /^\/errors\//,
    reason: 'attributes of type uuid came after 2.5.1',
    when: () => true,
  },
  {
    id: /^objects-001$/,
    path: /\/ObjectTemplate\/uuid$/,
    reason: 'uuids are always in lower case',
    when: ({ expected, actual }) => String(expected).toLowerCase() === actual,
  },
  {
    id: /^errors-014$/,
    path: /^\/description$/,
    reason: "the API describes itself in Magpie's own words",
    when: ({ kind }) => kind === 'values',
  },
  {
    id: /^users-0(22|30|31)$/,
    path: /\/User\/change_pw$/,
    reason: 'the first administrator of the recorded instance has a password that everybody knows, and must change it',
    when: ({ expected, actual }) => expected === true && actual === false,
  },
  {
    id: /^freetext-009$/,
    path: /^\/Event\/Attribute\/(12|-)$/,
    reason: 'MISP rewrites the folders of Windows in file names on import; Magpie keeps names as they are written',
    when: ({ kind }) => kind === 'keys',
  },
  {
    id: /^freetext-009$/,
    path: /^\/Event\/Attribute\/8\/warnings$/,
    reason: 'the list that warns here was deleted before, which MISP 2.5.1 does not do through the API',
    when: ({ actual }) => actual === undefined,
  },
  {
    id: /^restsearch_formats-020$/,
    path: /^$/,
    reason: 'MISP 2.5.1 hashes an empty text for each attribute of an event; Magpie hashes the values',
    // As many lines, each a digest of something.
    when: ({ expected, actual }) =>
      sameShape(
        String(expected).replaceAll(/[0-9a-f]{32}/g, 'md5'),
        String(actual).replaceAll(/[0-9a-f]{32}/g, 'md5'),
        false,
      ) && !String(actual).includes('d41d8cd98f00b204e9800998ecf8427e'),
  },
  {
    id: /^restsearch_formats-014$/,
    path: /^\/as-is\/0\/value$/,
    reason: 'the two tags of a rule come in any order, as of a set',
    when: ({ expected, actual }) => String(expected).replace('as_is valid', 'valid as_is') === actual,
  },
  {
    id: /^restsearch_formats-0(16|39)$/,
    path: /^$/,
    reason: 'the serial number is the day of the export',
    when: ({ expected, actual }) => withoutSerial(expected) === withoutSerial(actual),
  },
  {
    id: /^restsearch_formats-0(15|17)$/,
    path: /^$/,
    reason: 'MISP 2.5.1 writes nothing but an empty line for whole events here; Magpie what their attributes say',
    // What the same formats say in the recorded searches of the event's attributes.
    when: ({ expected, actual }) =>
      actual === 'iptables -A INPUT -s 203.0.113.5 -j DROP\n'.repeat(2) ||
      sameShape(
        String(expected).replace('0.0.0.0 \n', ''),
        String(actual).replaceAll(/^0\.0\.0\.0 (evil\.example\.com|c2\.example\.net|proposed\.example\.net)\n/gm, ''),
        false,
      ),
  },
  {
    id: /^restsearch_formats-018$/,
    path: /^$/,
    reason: 'a page in HTML: the same texts and links in markup of its own, without scripts',
    when: ({ expected, actual }) => textsOfPage(actual).startsWith(textsOfPage(expected)),
  },
  {
    id: /^restsearch_formats-053$/,
    path: /^$/,
    reason: 'without `order` MISP answers in the order of an index of its own; Magpie by id',
    when: ({ expected, actual }) => sortedLines(expected) === sortedLines(actual),
  },
  {
    id: /^instance-014$/,
    path: /^(\/api_info)?\/description$/,
    reason: "the API describes itself in Magpie's own words",
    when: ({ kind }) => kind === 'values',
  },
  {
    id: /^instance-00[56]$/,
    path: /^\/result\//,
    reason: 'types that MISP added after 2.5.1',
    when: isSurplus,
  },
];

/** The reason for which one difference is accepted, or undefined where it is not. */
export function whyPartAccepted(exchange: Exchange, difference: Difference): string | undefined {
  return acceptedParts.find(
    ({ id, path, when }) => id.test(exchange.id) && path.test(difference.path) && when(difference, exchange),
  )?.reason;
}

/** The reason for which a whole answer is accepted, or undefined where it is not. */
export function whyAccepted(exchange: Exchange, answer: Answer): string | undefined {
  const entry = acceptedDifferences.find(
    ({ id, when }) =>
      (typeof id === 'string' ? id === exchange.id : id.test(exchange.id)) &&
      (when?.(exchange, answer) ?? isAlike(exchange, answer)),
  );
  return entry?.reason;
}

/** The same status, and the same members of the same types; only the values are others. */
function isAlike({ response }: Exchange, { status, body }: Answer): boolean {
  return response.status === status && sameMembers(response.body, body);
}
