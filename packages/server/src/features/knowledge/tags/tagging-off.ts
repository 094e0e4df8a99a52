/** What those are told who tag while the instance has tagging switched off (`MISP.tagging`). */
export const TAGGING_OFF = 'Tagging is not enabled on this instance.';
