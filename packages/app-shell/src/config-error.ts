/** A flag, a file or a variable is wrong. Nothing was touched. */
export class ConfigError extends Error {
  readonly code = 'CONFIG';
  /** All that is wrong, one line each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
