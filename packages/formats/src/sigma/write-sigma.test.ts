import { expect, it } from 'vitest';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { writeSigma } from './write-sigma.ts';

it('writes Sigma rules as documents of one stream, without what YAML cannot hold', async () => {
  const rules = ['\ufeff---\r\ntitle: a\u0001b \u0085 例 🦜\r\n', 'title: other\n\n', 'no rule'];
  const rows = rules.map((value1, index) =>
    exportAttribute({
      type: index === 2 ? 'text' : 'sigma',
      value1,
      uuid: `00000000-0000-4000-8000-00000000000${index}`,
    }),
  );
  const { uuid } = exportAttribute().event;
  const head = (index: number) => `---\n# attribute 00000000-0000-4000-8000-00000000000${index} of event ${uuid}\n`;
  expect(await textOf(writeSigma(inBatches(rows)))).toBe(`${head(0)}title: ab \u0085 例 🦜\n${head(1)}title: other\n`);
});
