import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MatrixResult, runMatrix } from './matrix.ts';
import { makeWorld } from './world.ts';

let magpie: TestMagpie;
let result: MatrixResult;

beforeAll(async () => {
  magpie = await startTestMagpie();
  result = await runMatrix(await makeWorld(magpie));
}, 400_000);
afterAll(() => magpie.stop());

describe('every operation, for everybody, on own, shared, foreign and absent elements', () => {
  it('allows what the role and the element allow, and nothing else', () => {
    expect(result.wrong).toEqual([]);
  });

  it('answers for hidden elements as for absent ones', () => {
    expect(result.tellApart).toEqual([]);
  });

  it('shows no text of a hidden element anywhere', () => {
    expect(result.shown).toEqual([]);
  });

  it('changes nothing by reading, by GET and HEAD, or when it refuses', () => {
    expect(result.changed).toEqual([]);
  });
});
