/**
 * The MISP release whose API Magpie speaks. Clients and peers compare it, so it is three whole numbers.
 * PyMISP warns when the recommended version is newer than itself, so that one names the oldest PyMISP that knows all.
 */
export const mispVersion = '2.5.47';
export const recommendedPyMispVersion = '2.5.34';
