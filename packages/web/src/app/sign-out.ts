import { ApiError, post } from '../api/client.ts';

/** Ends the session on the server, then shows the sign-in form. */
export async function signOut(): Promise<void> {
  try {
    await post('/users/logout');
  } catch (error) {
    // A session that has already ended is what was wanted; anything else must be seen.
    if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
  }
  location.assign('/users/login');
}
