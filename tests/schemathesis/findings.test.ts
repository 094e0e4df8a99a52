import { describe, expect, it } from 'vitest';
import { readFindings } from './findings.ts';

const report = `<?xml version="1.0"?><testsuites><testsuite>
<testcase name="GET /a" time="0.1"/>
<testcase name="GET /b" time="0.1"><failure type="failure" message="1. Server error&#10;[500] Internal Server Error"/></testcase>
<testcase name="POST /c" time="0.1"><error>SystemError: AST constructor recursion depth mismatch</error></testcase>
<testcase name="POST /d" time="0.1"><skipped/></testcase>
</testsuite></testsuites>`;

describe('readFindings', () => {
  it('tells failures of the API from those of the tool', () => {
    expect(readFindings(report)).toEqual({
      passed: 1,
      failures: ['GET /b: 1. Server error [500] Internal Server Error'],
      unasked: ['POST /c: SystemError: AST constructor recursion depth mismatch'],
    });
  });
});
