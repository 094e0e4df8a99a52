import { describe, expect, it } from 'vitest';
import type { ServerSetting } from '../../api/wire.ts';
import { modulesOf } from './module-settings.ts';

const setting = (name: string, value: unknown, description = ''): ServerSetting => ({
  setting: `Plugin.${name}`,
  value,
  description,
  type: 'string',
  level: 1,
});

const settings = [
  setting('Enrichment_services_enable', true),
  setting('Enrichment_timeout', 10),
  setting('Enrichment_dns_enabled', true, 'Offers the module dns. Resolves names.'),
  setting('Enrichment_dns_restrict', 3),
  setting('Enrichment_dns_nameserver', '9.9.9.9'),
  setting('Enrichment_dns_history_enabled', false, 'Offers the module dns_history.'),
  setting('Enrichment_dns_history_restrict', 0),
  setting('Enrichment_dns_history_api_key', ''),
  setting('Import_reader_enabled', true),
];

describe('modules out of the settings', () => {
  it('are those of the service, each with its own options though names begin alike', () => {
    const [dns, history, ...others] = modulesOf(settings, 'Enrichment');
    expect(others).toEqual([]);
    expect(dns).toMatchObject({ name: 'dns', description: 'Resolves names.', enabled: true, onlyFor: '3' });
    expect(dns?.options.map(({ name }) => name)).toEqual(['nameserver']);
    expect(history).toMatchObject({ name: 'dns_history', description: '', enabled: false, onlyFor: '0' });
    expect(history?.options.map(({ name }) => name)).toEqual(['api_key']);
  });
});
