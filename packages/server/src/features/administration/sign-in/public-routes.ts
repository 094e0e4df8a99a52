import { Refused } from '../../../errors.ts';
import { HttpProblem } from '../../../http/errors.ts';
import type { Operation } from '../../../http/operation.ts';

/** What anybody may ask beside signing in and out. */
export function publicSignInOperations(): Operation[] {
  const open = { methods: ['GET'], permission: 'public', effect: 'read' } as const;
  return [
    {
      ...open,
      name: 'users.logout401',
      summary: 'Answers 401, so that a browser forgets what it signs in with at a proxy in front',
      path: '/users/logout401',
      answersBrowsers: true,
      handle: () => {
        throw new HttpProblem(401, 'Unauthorized');
      },
    },
    {
      ...open,
      name: 'users.getGpgPublicKey',
      summary: 'The public key of the instance: it has none, since its mails are not signed',
      path: '/users/getGpgPublicKey',
      answersBrowsers: true,
      handle: () => {
        throw new Refused('This instance has no public key to download.');
      },
    },
  ];
}
