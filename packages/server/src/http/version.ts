/** The MISP release whose API Magpie speaks. Clients and peers compare it, so it is three whole numbers. */
export const mispVersion = '2.5.47';

/** The oldest PyMISP that knows all of that API: PyMISP warns when it is older than what it is told here. */
export const recommendedPyMispVersion = '2.5.34';
