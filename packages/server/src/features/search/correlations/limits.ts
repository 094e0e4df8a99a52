import type { Magpie } from '../../../context.ts';

/** What the administrator's settings say of correlation. */
export interface CorrelationLimits {
  /** Values that more other attributes have are held back, as are networks and hashes with more matches. */
  readonly matches: number;
  /** Related events of one event. */
  readonly perEvent: number;
  /** Addresses meet networks, and ssdeep hashes similar ones. */
  readonly advanced: boolean;
  /** From this score on, ssdeep hashes correlate. */
  readonly ssdeepThreshold: number;
}

/** The limits in force; null where correlation is switched off for the whole instance. */
export function correlationLimits({ settings }: Magpie): CorrelationLimits | null {
  if (settings.get('MISP.completely_disable_correlation')) return null;
  return {
    matches: settings.get('MISP.correlation_limit'),
    perEvent: settings.get('MISP.max_correlations_per_event'),
    advanced: settings.get('MISP.enable_advanced_correlations'),
    ssdeepThreshold: settings.get('MISP.ssdeep_correlation_threshold'),
  };
}
