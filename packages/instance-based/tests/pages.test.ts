import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { methodsOf } from '@graft-ml/conformance';
import * as core from '@graft-ml/core';
import * as instanceBased from '@graft-ml/instance-based';
import * as learners from '@graft-ml/learners';
import * as numerics from '@graft-ml/numerics';

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
const modules: Readonly<Record<string, object>> = {
  '@graft-ml/core': core,
  '@graft-ml/instance-based': instanceBased,
  '@graft-ml/learners': learners,
  '@graft-ml/numerics': numerics,
};

describe.each(methodsOf(instanceBased).map((method) => [method.id, method] as const))(
  'the page of %s',
  (id, method) => {
    const page = readFileSync(join(__dirname, '..', 'docs', `${id.split('/')[1]}.md`), 'utf8');

    it('has its sections and names the class', () => {
      expect(page.match(/^## .*/gm)?.map((line) => line.slice(3))).toEqual(headings);
      expect(page).toContain(`\`${id}\` · class \`${method.name}\``);
    });

    it('explains every option with its default', () => {
      for (const [name, spec] of Object.entries(method.schema)) {
        const section = page.split(`### \`${name}\``)[1]?.split('\n#')[0] ?? '';
        const value = (spec as core.OptionSpec).default;
        const named = Array.from(section.matchAll(/`'?([^`']*)'?`/g), ([, word]) => word);
        const says = named.some((word) => word === String(value) || Number(word) === value);
        expect([name, says]).toEqual([name, true]);
      }
      expect(page.match(/^### `/gm) ?? []).toHaveLength(Object.keys(method.schema).length);
    });

    it('has an example that does what it says', async () => {
      for (const [, code = ''] of page.matchAll(/```ts\n([\s\S]*?)```/g)) await runExample(code);
    });
  },
);

/** Runs a fence; `expression; // => value` lines are assertions. */
async function runExample(code: string): Promise<void> {
  const body = code
    .replace(/import \{([^}]*)\} from '([^']*)';/g, "const {$1} = modules['$2'];")
    .replace(/^(.*); \/\/ => (.*)$/gm, 'expect($1).toEqual($2);');
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction('modules', 'expect', body)(modules, expect);
  expect(body).toContain('expect(');
}
