import { describe, expect, it } from 'vitest';
import { jobText } from './job-text.ts';

const t = (key: string) => `«${key}»`;

const job = (type: string, input: string) => ({
  ...{ id: '1', worker: 'default', status: '4', job_status: 'Completed', message: '', progress: '100', failed: false },
  ...{ date_created: '', date_modified: '', job_type: type, job_input: input },
});

describe('a job in one line', () => {
  it.each([
    ['fetch_feeds', 'Feed: 3', '«job.kind.fetch_feeds» · #3'],
    ['fetch_feeds', 'Feed: All', '«job.kind.fetch_feeds»'],
    ['cache_feeds', 'Feed: csv', '«job.kind.cache_feeds» · csv'],
    ['contact_alert', 'To owner of event 12', '«job.kind.contact_alert» · #12'],
    ['community_request', 'Community: Mills', '«job.kind.community_request» · Mills'],
    ['import_file', 'User: x.json', '«job.kind.import_file» · User: x.json'],
    ['count_shared_values', 'Values that most attributes share.', '«job.kind.count_shared_values»'],
    ['forget_jobs', '', '«job.kind.forget_jobs»'],
    ['constructor', 'something', 'constructor · something'],
  ])('says what %s of %s is', (type, input, text) => {
    expect(jobText(t, job(type, input))).toBe(text);
  });
});
