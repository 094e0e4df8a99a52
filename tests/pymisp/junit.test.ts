import { describe, expect, it } from 'vitest';
import { readJunit } from './junit.ts';

describe('readJunit', () => {
  it('tells passed, failed and skipped tests apart', () => {
    const xml = `<testsuites><testsuite>
      <testcase classname="a" name="test_one" time="1.5" />
      <testcase classname="a" name="test_two" time="0.2"><failure message="AssertionError: 1 &lt; 2&#10;more">text</failure></testcase>
      <testcase classname="a" name="test_three" time="0"><skipped type="pytest.skip" message="not now">x</skipped></testcase>
    </testsuite></testsuites>`;
    expect(readJunit(xml)).toEqual([
      { name: 'test_one', outcome: 'passed', seconds: 1.5, message: '' },
      { name: 'test_two', outcome: 'failed', seconds: 0.2, message: 'AssertionError: 1 < 2' },
      { name: 'test_three', outcome: 'skipped', seconds: 0, message: 'not now' },
    ]);
  });

  it('counts an error during set-up as a failure', () => {
    const xml = '<testcase name="t" time="0"><error message="failed on setup">x</error></testcase>';
    expect(readJunit(xml)[0]?.outcome).toBe('failed');
  });
});
