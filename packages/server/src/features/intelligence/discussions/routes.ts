import Type from 'typebox';
import { can } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readText, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { onlyWhile } from '../../../http/switchable.ts';
import { addAnalystData } from '../analyst-data/manage.ts';
import { findEvent } from '../events/rights.ts';

const NO_THREAD = 'Invalid thread.';
const SWITCHED_OFF = 'Discussions have been disabled on this instance.';
const read = { methods: ['GET'], permission: 'any', effect: 'read' } as const;
const INSTEAD = 'Discussions have ended: MISP gave them up for analyst notes. Add a note instead.';

/**
 * What is left of MISP's discussions, of its first event templates and of its list of allowed signatures, which later
 * versions gave up: their addresses answer, and there is nothing to list. A post on an event becomes an analyst note on
 * it, as MISP keeps old ones.
 */
export function discussionOperations(magpie: Magpie): Operation[] {
  const isOn = () => !magpie.settings.get('MISP.discussion_disable');
  return [...onlyWhile(isOn, SWITCHED_OFF, threadOperations(magpie)), ...oldTemplates(), ...allowedLists()];
}

function threadOperations(magpie: Magpie): Operation[] {
  const write = { methods: ['POST'], permission: 'perm_add', effect: 'write', model: 'Post' } as const;
  return [
    {
      ...read,
      name: 'threads.index',
      summary: 'Discussions: there are none',
      path: '/threads/index',
      aliases: [{ path: '/threads', methods: ['GET'] }],
      response: Type.Array(Type.Unknown()),
      handle: () => json([]),
    },
    {
      ...read,
      name: 'threads.view',
      summary: 'A discussion: there is none',
      path: '/threads/view/{thread?}',
      handle: () => {
        throw new NotFound(NO_THREAD);
      },
    },
    {
      ...read,
      name: 'threads.viewEvent',
      summary: 'Discussions of an event: there are none',
      path: '/threads/viewEvent/{event}',
      response: Type.Array(Type.Unknown()),
      handle: ({ viewer, args }: Call) =>
        magpie.database.as(viewer, async (tx) => {
          if ((await findEvent(tx, args.event)) === null) throw new NotFound('Invalid event');
          return json([]);
        }),
    },
    {
      ...read,
      name: 'posts.index',
      summary: 'Posts of discussions: there are none',
      path: '/posts/index',
      aliases: [{ path: '/posts', methods: ['GET'] }],
      response: Type.Array(Type.Unknown()),
      handle: () => json([]),
    },
    {
      ...write,
      name: 'posts.add',
      summary: 'Writes on an event, as an analyst note',
      path: '/posts/add/{target_type}/{event?}',
      body: Type.Object({ message: Type.Optional(Type.String()) }),
      handle: (call: Call) => addPost(magpie, call),
    },
    ...(['edit', 'delete'] as const).map((action) => ({
      ...write,
      name: `posts.${action}`,
      summary: 'Posts of discussions: there are none',
      path: `/posts/${action}/{post?}`,
      handle: () => {
        throw new NotFound('Invalid post.');
      },
    })),
  ];
}

function oldTemplates(): Operation[] {
  const write = { methods: ['POST'], permission: 'perm_template', effect: 'write', model: 'Template' } as const;
  return [
    {
      ...read,
      name: 'templates.index',
      summary: 'Event templates of the first kind: there are none; see event_templates',
      path: '/templates/index',
      aliases: [{ path: '/templates', methods: ['GET'] }],
      permission: 'perm_template',
      response: Type.Array(Type.Unknown()),
      handle: () => json([]),
    },
    ...(['add', 'edit', 'populateEventFromTemplate'] as const).map((action) => ({
      ...write,
      name: `templates.${action}`,
      summary: 'Event templates of the first kind have ended; see event_templates',
      path: `/templates/${action}/{old_template?}`,
      handle: () => {
        throw new Refused(
          'Event templates of the first kind have ended: MISP gave them up. Use event_templates instead.',
        );
      },
    })),
    ...(['view', 'delete'] as const).map((action) => ({
      ...(action === 'view' ? read : write),
      permission: 'perm_template' as const,
      name: `templates.${action}`,
      summary: 'An event template of the first kind: there is none; see event_templates',
      path: `/templates/${action}/{old_template?}`,
      handle: () => {
        throw new NotFound('Invalid template.');
      },
    })),
  ];
}

function allowedLists(): Operation[] {
  const write = { methods: ['POST'], permission: 'perm_regexp_access', effect: 'write', model: 'Allowedlist' } as const;
  return [
    {
      ...read,
      name: 'allowedlists.index',
      summary: 'Expressions for what no export holds: there are none; see warninglists',
      path: '/allowedlists/index',
      aliases: ['/admin/allowedlists/index'],
      response: Type.Array(Type.Unknown()),
      handle: () => json([]),
    },
    {
      ...write,
      name: 'allowedlists.add',
      summary: 'Allows a signature: a warninglist does so now',
      path: '/admin/allowedlists/add',
      handle: () => {
        throw new Refused('Allowed lists have ended: MISP gave them up for warninglists. Make a warninglist instead.');
      },
    },
    ...(['edit', 'delete'] as const).map((action) => ({
      ...write,
      name: `allowedlists.${action}`,
      summary: 'An allowed signature: there is none; see warninglists',
      path: `/admin/allowedlists/${action}/{allowed?}`,
      handle: () => {
        throw new NotFound('Invalid allowedlist.');
      },
    })),
  ];
}

async function addPost(magpie: Magpie, { viewer, args, body }: Call) {
  if (args.target_type?.toLowerCase() !== 'event') throw new Refused(INSTEAD);
  const event = await magpie.database.as(viewer, (tx) => findEvent(tx, args.event));
  if (event === null) throw new NotFound('Invalid event');
  if (!can(viewer, 'perm_analyst_data')) throw new Refused(INSTEAD);
  const note = readText(unwrap(body, 'Post'), 'message')?.trim() ?? '';
  if (note === '') throw new Refused('The message must not be empty.');
  const path = { kind: 'Note', objectUuid: event.uuid, objectType: 'Event' };
  // Everybody who saw the event saw its discussion: the note goes as far as the event.
  const reach = { distribution: event.distribution, sharing_group_id: event.sharing_group_id };
  return json(await addAnalystData(magpie, viewer, path, { note, ...reach }));
}
