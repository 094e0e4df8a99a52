/** The settings cannot be used; the message names every fault, one a line. */
export class ConfigError extends Error {
  readonly code = 'invalid-config';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`these settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
