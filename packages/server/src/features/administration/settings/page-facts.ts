import { fact, free, type SettingFacts } from './fact.ts';
import { settingDefaults as known } from './registry.ts';

/** Settings of what people see: pages, and their texts. */
export const pageFacts: Readonly<Record<string, SettingFacts>> = {
  'MISP.title_text': fact(known['MISP.title_text'], 2, 'What the title of pages ends with.', free),
  'MISP.footermidleft': fact(known['MISP.footermidleft'], 2, 'Text at the foot of the page.', free),
  'MISP.footermidright': fact(known['MISP.footermidright'], 2, 'More text at the foot of the page.', free),
  'MISP.full_tags_on_event_index': fact(
    known['MISP.full_tags_on_event_index'],
    2,
    'How tags are shown on the event list.',
    { options: { '0': 'Minimal tags', '1': 'Full tags', '2': 'Shortened tags' } },
  ),
  'MISP.disable_threat_level': fact(known['MISP.disable_threat_level'], 2, 'The threat level is not shown.'),
  'MISP.maintenance_message': fact(
    known['MISP.maintenance_message'],
    2,
    'What everybody but site administrators is told while the instance is not live; $email is the address to turn to.',
    free,
  ),
  'MISP.terms_file': fact(
    known['MISP.terms_file'],
    2,
    'A file in "terms" of the data folder that users must accept before they use the page.',
    { cliOnly: true, mayBeEmpty: true },
  ),
  'MISP.terms_download': fact(known['MISP.terms_download'], 2, 'The terms are downloaded, not shown.'),
};
