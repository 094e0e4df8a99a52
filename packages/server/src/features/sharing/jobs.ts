import type { Magpie } from '../../context.ts';
import { registerServerJobs } from './servers/cache-job.ts';

/** Says who does the background work of this wing; once, at composition. */
export function registerSharingJobs(magpie: Magpie): void {
  registerServerJobs(magpie);
}
