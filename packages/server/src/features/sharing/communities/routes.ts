import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { readGivenFilters } from '../../administration/logs/filters.ts';
import { findCommunity, listCommunities, loadCommunities } from './list.ts';
import { requestAccess } from './request-access.ts';

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const flag = Type.Optional(Type.Union([Type.Boolean(), Type.String(), Type.Integer(), Type.Null()]));

/** Sharing communities that the MISP project lists. */
export function communityOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'communities.index',
      summary: 'List known sharing communities; context unvetted shows those that the project has not looked at',
      path: '/communities/index',
      aliases: ['/communities'],
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'Community');
        const search = typeof given.value === 'string' && given.value !== '' ? given.value : null;
        return json(await listCommunities(magpie, { vetted: given.context !== 'unvetted', search }));
      },
    },
    {
      name: 'communities.view',
      summary: 'Show a sharing community',
      path: '/communities/view/{community}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ args }) => {
        const community = await findCommunity(magpie, args.community);
        if (community === null) throw new NotFound('Community not found.');
        return json(community);
      },
    },
    {
      name: 'communities.update',
      summary: 'Fetch the list of sharing communities anew from where the libraries come from',
      path: '/communities/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Community',
      handle: async () => {
        await loadCommunities(magpie);
        return success('List of communities loaded.');
      },
    },
    {
      name: 'communities.requestAccess',
      summary: 'Ask a sharing community for access, by mail; with mock only show the mail',
      path: '/communities/requestAccess/{community}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Community',
      body: Type.Object({
        org_name: text,
        org_uuid: text,
        org_description: text,
        email: text,
        gpgkey: text,
        message: text,
        anonymise: flag,
        sync: flag,
        mock: flag,
      }),
      handle: async ({ viewer, args, body }) => {
        const { request, isMock } = await requestAccess(magpie, viewer, args.community, unwrap(body, 'Community'));
        if (!isMock) return success('Request sent.', { id: args.community ?? '' });
        const headers = `To: ${request.to}\nReply-To: ${request.replyTo}\nSubject: ${request.subject}`;
        return json({ to: request.to, subject: request.subject, headers, message: request.text });
      },
    },
  ];
}
