import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { methodsOf, type OptionSpec } from '@graft-ml/core';
import { transformSync } from '@swc/core';

const headings = [
  'Problem',
  'Idea',
  'Algorithm',
  'Example',
  'Options',
  'When not to use it',
  'Differences from the paper',
  'References',
];

const packages = join(__dirname, '..', '..', '..', 'packages');
const names = readdirSync(packages).filter((name) =>
  existsSync(join(packages, name, 'src', 'index.ts')),
);
const browserNames = names.filter((name) => name !== 'cli');
const modules: Record<string, object> = Object.fromEntries(
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  browserNames.map((name) => [`@graft-ml/${name}`, require(`@graft-ml/${name}`) as object]),
);
const methods = browserNames.flatMap((name) =>
  methodsOf(modules[`@graft-ml/${name}`]!).map((method) => [method.id, name, method] as const),
);

describe.each(methods)('%s', (id, name, method) => {
  const [family, stem = ''] = id.split('/');
  const folder = join(packages, name);

  it('has its file, page and two test sets under one name', () => {
    expect(family).toBe(name);
    const files = [
      `src/${stem}.ts`,
      `docs/${stem}.md`,
      `tests/${stem}.test.ts`,
      `tests/${stem}.paper.test.ts`,
    ];
    expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  });

  const file = join(folder, 'docs', `${stem}.md`);
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '';

  it('has a page with all sections that names the class', () => {
    expect(page.match(/^## .*/gm)?.map((line) => line.slice(3))).toEqual(headings);
    expect(page).toContain(`\`${id}\` · class \`${method.name}\``);
  });

  it('explains every option with its default, and no other', () => {
    for (const [option, spec] of Object.entries(method.schema)) {
      const section = page.split(`### \`${option}\``)[1]?.split('\n#')[0] ?? '';
      const value = (spec as OptionSpec).default;
      const words = Array.from(section.matchAll(/`'?([^`']*)'?`/g), ([, word]) => word);
      const says = words.some((word) => word === String(value) || Number(word) === value);
      expect([option, says]).toEqual([option, true]);
    }
    expect(page.match(/^### `/gm) ?? []).toHaveLength(Object.keys(method.schema).length);
  });

  it('has an example that does what it says', async () => {
    const code = fences(page);
    expect(code.some((fence) => fence.includes('// =>'))).toBe(true);
    for (const fence of code) await runExample(fence);
  });
});

it('the README of the repository has an example that runs', async () => {
  const text = readFileSync(join(packages, '..', 'README.md'), 'utf8');
  expect(fences(text).some((fence) => fence.includes('// =>'))).toBe(true);
  for (const fence of fences(text)) await runExample(fence);
});

describe.each(names)('the README of %s', (name) => {
  const file = join(packages, name, 'README.md');

  it('is there, is short and has an example that runs', async () => {
    const text = readFileSync(file, 'utf8');
    for (const heading of ['When to use it', 'Install', 'Smallest example'])
      expect(text).toMatch(new RegExp(`^## .*${heading}`, 'm'));
    for (const fence of fences(text)) await runExample(fence);
  });
});

function fences(text: string): string[] {
  return Array.from(text.matchAll(/```ts\n([\s\S]*?)```/g), ([, code = '']) => code);
}

/** Runs a fence of TypeScript; lines `expression; // => value` are assertions. */
async function runExample(code: string): Promise<void> {
  const asserting = code.replace(/^(.*); \/\/ => (.*)$/gm, 'expect($1).toEqual($2);');
  const plain = transformSync(asserting, {
    jsc: {
      parser: { syntax: 'typescript' },
      target: 'es2022',
      transform: { verbatimModuleSyntax: true },
    },
    module: { type: 'es6' },
  }).code;
  const body = plain.replace(
    /import (\{[^}]*\}) from ['"]([^'"]*)['"];/g,
    "const $1 = load('$2');",
  );
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction('load', 'expect', body)(load, expect);
}

function load(name: string): object {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return modules[name] ?? (require(name) as object);
}
