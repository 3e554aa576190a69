import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@graft-ml/core';
import * as numerics from '@graft-ml/numerics';

const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

describe('README', () => {
  it('has an example whose results are what it says', () => {
    const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!;
    const modules: Record<string, unknown> = {
      '@graft-ml/core': core,
      '@graft-ml/numerics': numerics,
    };
    const body = example
      .replace(/import (\{[^}]*\}) from ('[^']*');/g, 'const $1 = modules[$2];')
      .replace(/^(.*); \/\/ => (.*)$/gm, 'results.push([$1, $2]);');
    const results: [unknown, unknown][] = [];
    new Function('modules', 'results', body)(modules, results);
    expect(results).toHaveLength(2);
    for (const [received, expected] of results) expect(received).toEqual(expected);
  });

  it('lists functions that exist', () => {
    const table = readme.split('\n').filter((line) => line.startsWith('| '));
    const names = table.flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !(name in numerics))).toEqual([]);
  });
});
