import { post } from './client.ts';

/** Relates an object to another object or an attribute of its event, both by UUID. */
export const addReference = (input: {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly comment: string;
}) =>
  post<{ readonly ObjectReference: { readonly id: string } }>(`/objectReferences/add/${input.from}.json`, {
    referenced_uuid: input.to,
    relationship_type: input.type,
    comment: input.comment,
  });

/** Removes a reference between elements of an event. */
export const deleteReference = (id: string) => post(`/objectReferences/delete/${id}.json`, {});

/**
 * Relations that analysts draw most, from the vocabulary of MISP's object templates (relationships/definition.json);
 * any other word can be typed.
 */
export const relationTypes = [
  'related-to',
  'communicates-with',
  'connects-to',
  'resolves-to',
  'beacons-to',
  'downloads',
  'downloaded-from',
  'drops',
  'dropped-by',
  'contains',
  'contained-by',
  'included-in',
  'derived-from',
  'extracted-from',
  'variant-of',
  'duplicate-of',
  'same-as',
  'executes',
  'executed-by',
  'uses',
  'used-by',
  'exploits',
  'targets',
  'affects',
  'delivers',
  'delivered-by',
  'sends-to',
  'exfiltrates-to',
  'controls',
  'hosts',
  'hosted-by',
  'redirects-to',
  'impersonates',
  'indicates',
  'detected-as',
  'mitigates',
  'mentions',
  'references',
  'characterizes',
  'attributed-to',
  'authored-by',
  'belongs-to',
  'owner-of',
  'member-of',
  'works-for',
  'located-at',
  'preceded-by',
  'followed-by',
  'screenshot-of',
  'analysed-with',
] as const;
