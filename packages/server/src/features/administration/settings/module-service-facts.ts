import { isAbsolute } from 'node:path';
import { fact, type SettingFacts } from './fact.ts';

const families = {
  Enrichment: 'enrichment modules',
  Import: 'import modules',
  Export: 'export modules',
  Action: 'action modules of workflows',
  Cortex: 'analysers of Cortex',
};

/** Where modules run and how long they may take; what each module has to be told is known once it is there. */
export const moduleServiceFacts: Readonly<Record<string, SettingFacts>> = {
  ...Object.fromEntries(
    Object.entries(families).flatMap(([family, words]) => Object.entries(serviceFacts(family, words))),
  ),
  'Plugin.Cortex_authkey': fact('', 1, 'The key that Cortex asks for.', {
    mayBeEmpty: true,
    redacted: true,
    sealed: true,
  }),
  'Plugin.Enrichment_hover_enable': fact(false, 0, 'Values can be enriched by pointing at them.'),
  'Plugin.Enrichment_hover_popover_only': fact(
    false,
    1,
    'Values are enriched by a click instead of by pointing at them.',
  ),
  'Plugin.Enrichment_hover_timeout': fact(5, 1, 'Seconds that a module may take while somebody points at a value.'),
};

function serviceFacts(family: string, words: string): Record<string, SettingFacts> {
  return {
    [`Plugin.${family}_services_enable`]: fact(false, 0, `Switches ${words} on.`),
    [`Plugin.${family}_services_url`]: fact('http://127.0.0.1', 1, `Where the ${words} run.`, { fault: urlFault }),
    [`Plugin.${family}_services_port`]: fact(family === 'Cortex' ? 9000 : 6666, 1, `The port of the ${words}.`),
    [`Plugin.${family}_timeout`]: fact(family === 'Cortex' ? 120 : 10, 1, `Seconds that one of the ${words} may take.`),
    [`Plugin.${family}_ssl_verify_peer`]: fact(true, 1, `The certificate of the service of ${words} is checked.`),
    [`Plugin.${family}_ssl_verify_host`]: fact(true, 1, `That certificate has to be for the name in the address.`),
    [`Plugin.${family}_ssl_allow_self_signed`]: fact(false, 1, `Any certificate of that service is taken.`),
    [`Plugin.${family}_ssl_cafile`]: fact('', 1, 'The file (PEM) of the authorities that certificate may be of.', {
      mayBeEmpty: true,
      fault: fileFault,
    }),
  };
}

function fileFault(text: string): string | null {
  return text === '' || isAbsolute(text) ? null : 'Expected the whole path of a file.';
}

function urlFault(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? null : 'Expected an address with http or https.';
}
