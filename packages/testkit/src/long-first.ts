import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Beginnings of the paths of test files that take longest although they are short. */
const LONG = ['tests/access-matrix/', 'tests/bench/', 'tests/golden/golden.', 'packages/cli/src/commands/'];

/**
 * The order of the test files: those that are known to take long come first, so that none of them is left for the end,
 * where the other workers would wait for it. Vitest by itself goes by the size of the file until it knows better.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((start) => relative(this.ctx.config.root, moduleId).replaceAll('\\', '/').startsWith(start));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
