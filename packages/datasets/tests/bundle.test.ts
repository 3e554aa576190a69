import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What a browser gets from an import of this package. */
function bundle(code: string): string {
  const esbuild = join(__dirname, '..', '..', '..', 'node_modules', '.bin', 'esbuild');
  const options = [
    '--bundle',
    '--format=esm',
    '--platform=browser',
    '--conditions=@graft-ml/source',
  ];
  return execFileSync(esbuild, [...options, '--log-level=error'], {
    cwd: join(__dirname, '..'),
    input: code,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
}

describe('the package in a browser', () => {
  it('needs nothing of Node', () => {
    const code = bundle(`
      import { parseTable, parseNpy, parseSvmlight, formatTable, digitsDemo } from '@graft-ml/datasets';
      console.log(parseTable, parseNpy, parseSvmlight, formatTable, digitsDemo);
    `);
    expect(code).not.toMatch(/(?:from|import|require)\s*\(?["'](?:node:|stream|buffer|fs)/);
  });

  it('does nothing when imported and not used', () => {
    expect(bundle(`import '@graft-ml/datasets';`).trim()).toBe('');
  });

  it('carries the digits and the CSV parser only where they are used', () => {
    const digits = 'aafnjb'; // how the first image begins
    const parser = '"CSV_QUOTE_NOT_CLOSED",'; // how the parser raises it
    const npy = bundle(`import { parseNpy } from '@graft-ml/datasets'; console.log(parseNpy);`);
    expect([npy.includes(digits), npy.includes(parser)]).toEqual([false, false]);
    const demo = bundle(
      `import { digitsDemo } from '@graft-ml/datasets'; console.log(digitsDemo);`,
    );
    expect([demo.includes(digits), demo.includes(parser)]).toEqual([true, false]);
    const csv = bundle(`import { parseTable } from '@graft-ml/datasets'; console.log(parseTable);`);
    expect([csv.includes(digits), csv.includes(parser)]).toEqual([false, true]);
  });
});
