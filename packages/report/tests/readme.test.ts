import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as report from '../src/index.js';

const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

describe('the README', () => {
  it('has an example that does what it says', () => {
    const example = /```ts\n(.*?)```/s.exec(readme)![1]!;
    // A line `expression; // => 'value'` becomes an expectation.
    const checked = example.replaceAll(
      /^(.*); \/\/ => (.*)$/gm,
      (_, expression: string, value: string) => `expect(${expression}).toBe(${value});`,
    );
    expect(checked).not.toBe(example);
    const { code } = transformSync(`${checked}\nexport { page };`, {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    const exports: { page?: string } = {};
    const run = new Function('require', 'exports', 'expect', code) as (
      require: (name: string) => unknown,
      exports: object,
      expect: unknown,
    ) => void;
    run(() => report, exports, expect);
    expect(exports.page).toContain('photos → sketches');
  });
});
