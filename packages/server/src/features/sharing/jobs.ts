import type { Magpie } from '../../context.ts';
import { registerCommunityMails } from './communities/request-access.ts';
import { registerFeedJobs } from './feeds/jobs.ts';
import { registerServerJobs } from './servers/cache-job.ts';

/** Says who does the background work of this wing; once, at composition. */
export function registerSharingJobs(magpie: Magpie): void {
  registerServerJobs(magpie);
  registerFeedJobs(magpie);
  registerCommunityMails(magpie);
}
