import { fact, free, type SettingFacts } from './fact.ts';

const policies = { '0': 'DROP', '1': 'NXDOMAIN', '2': 'NODATA', '3': 'Local-Data', '4': 'PASSTHRU', '5': 'TCP-only' };

/** What zones for response policies (`returnFormat: rpz`) say where the request says nothing else. */
export const rpzFacts: Readonly<Record<string, SettingFacts>> = {
  'Plugin.RPZ_policy': fact(1, 2, 'What name servers do with what the zone lists.', { options: policies }),
  'Plugin.RPZ_walled_garden': fact('127.0.0.1', 2, 'Where they lead with the policy Local-Data.'),
  'Plugin.RPZ_serial': fact('$date00', 2, 'The serial number of the zone; $date and $time are those of the export.'),
  'Plugin.RPZ_refresh': fact('2h', 2, 'After how long the zone is asked for again.'),
  'Plugin.RPZ_retry': fact('30m', 2, 'After how long it is asked for again where that failed.'),
  'Plugin.RPZ_expiry': fact('30d', 2, 'After how long the zone is no longer used.'),
  'Plugin.RPZ_minimum_ttl': fact('1h', 2, 'The shortest life of its records.'),
  'Plugin.RPZ_ttl': fact('1w', 2, 'The life of its records.'),
  'Plugin.RPZ_ns': fact('localhost.', 2, 'The name server of the zone.'),
  'Plugin.RPZ_ns_alt': fact('', 2, 'A second name server.', free),
  'Plugin.RPZ_email': fact('root.localhost', 2, 'The address of whoever runs the zone, with a dot in place of the @.'),
};
