import { json } from '../../../http/answer.ts';
import type { MemberOperation } from '../../../http/operation.ts';

/** Operations that MISP calls deprecated, with what takes their place. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  'attributes.rpz': '/attributes/restSearch with returnFormat rpz',
  'attributes.text': '/attributes/restSearch with returnFormat text',
  'events.csv': '/events/restSearch with returnFormat csv',
  'events.hids': '/attributes/restSearch with returnFormat hashes',
  'events.nids': '/events/restSearch with returnFormat suricata or snort',
  'events.stix': '/events/restSearch with returnFormat stix',
  'events.stix2': '/events/restSearch with returnFormat stix2',
  'events.xml': '/events/restSearch with returnFormat xml',
};

/** How often each user called each deprecated operation since the program began. */
export interface DeprecatedUses {
  add(operation: string, userId: number): void;
  /** By controller, action and user id, with a `total` for each action. */
  wire(): Record<string, Record<string, Record<string, number>>>;
}

/** Counts since the program began; what it holds is bounded by operations and users. */
export function createDeprecatedUses(): DeprecatedUses {
  const counts = new Map<string, Map<number, number>>();
  return {
    add(operation, userId) {
      const users = counts.get(operation) ?? new Map<number, number>();
      counts.set(operation, users.set(userId, (users.get(userId) ?? 0) + 1));
    },
    wire() {
      const controllers: Record<string, Record<string, Record<string, number>>> = {};
      for (const [operation, users] of counts) {
        const [controller = '', action = ''] = operation.split('.');
        const total = [...users.values()].reduce((sum, count) => sum + count, 0);
        controllers[controller] = { ...controllers[controller], [action]: { ...Object.fromEntries(users), total } };
      }
      return controllers;
    },
  };
}

/** The operation, counted and with a header that tells what takes its place; those still recommended stay as they are. */
export function withDeprecation(operation: MemberOperation, uses: DeprecatedUses): MemberOperation {
  const successor = SUCCESSORS[operation.name];
  if (successor === undefined) return operation;
  const headers = { 'x-deprecation-warning': `This export is deprecated: use ${successor}.` };
  return {
    ...operation,
    async handle(call) {
      uses.add(operation.name, call.viewer.userId);
      const answer = await operation.handle(call);
      return answer.kind === 'success' ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
    },
  };
}

/** The operation that tells site administrators who still uses what is deprecated. */
export function deprecatedUseOperation(uses: DeprecatedUses): MemberOperation {
  return {
    name: 'api.viewDeprecatedFunctionUse',
    summary: 'How often each user called deprecated operations since the program began',
    path: '/api/viewDeprecatedFunctionUse',
    methods: ['GET'],
    permission: 'perm_site_admin',
    effect: 'read',
    handle: () => {
      const wire = uses.wire();
      return json(Object.keys(wire).length === 0 ? [] : wire);
    },
  };
}
