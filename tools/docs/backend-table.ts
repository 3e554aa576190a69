import type { BackendDeclaration } from '@graft-ml/core';

/** The page that says what works on which backend, made from what the adapters say about themselves. */
export function backendPage(declarations: readonly BackendDeclaration[]): string {
  return `# Backends

Linear algebra in float64 needs no backend: it runs on \`@graft-ml/numerics\`, everywhere. Backends bring tensors for networks, and
faster products in Node. \`graft doctor\` says which of them are installed here and how fast they are. This page is made from
the adapters' own declarations, which the operation checks hold them to; a test keeps it current. How they compare with PyTorch
and with the engines below them is [measured](benchmarks/backends.md).

| | ${declarations.map(({ id }) => `[\`${id}\`](../packages/backend-${id})`).join(' | ')} |
| --- |${' --- |'.repeat(declarations.length)}
${rows
  .map(([title, cell]) => `| ${title} | ${declarations.map((each) => cell(each)).join(' | ')} |`)
  .join('\n')}

Precision is the largest relative error of a product of 64 rows and of the elementary functions.

${declarations.map(section).join('\n')}`;
}

type Row = readonly [title: string, cell: (declaration: BackendDeclaration) => string];

const rows: readonly Row[] = [
  [
    'runs in',
    ({ runsIn }) => runsIn.map((place) => (place === 'node' ? 'Node' : 'browsers')).join(', '),
  ],
  ['engine', ({ engines }) => engines.map((name) => `\`${name}\``).join(', ')],
  ['tensors', ({ tensorTypes }) => tensorTypes.join(', ') || '–'],
  ['linear algebra', () => 'float64'],
  ['threads', ({ threads }) => threads ?? 'one'],
  [
    'memory',
    ({ memoryLimit }) =>
      memoryLimit === undefined ? "the machine's" : `${memoryLimit / 2 ** 30} GB`,
  ],
  ['precision', ({ precision }) => precision.toExponential()],
  ['NaN in, NaN out', ({ keeps }) => yes(keeps.nan)],
  ['overflow and x / 0 are infinite', ({ keeps }) => yes(keeps.infinity)],
  ['0 / 0 is NaN', ({ keeps }) => yes(keeps.invalid)],
  ['missing operations', ({ missingOperations }) => String(missingOperations.length)],
  ['without derivative', ({ missingGradients }) => String(missingGradients.length)],
];

function yes(kept: boolean): string {
  return kept ? 'yes' : 'no';
}

function section(declaration: BackendDeclaration): string {
  const { id, summary, missingOperations, missingGradients, notes } = declaration;
  const names = (kernels: readonly string[]): string =>
    kernels.map((kernel) => `\`${kernel}\``).join(', ') || 'none';
  return `## ${id}

${summary}

${notes.map((note) => `- ${note}`).join('\n')}
- Missing operations: ${names(missingOperations)}.
- Without derivative: ${names(missingGradients)}.
`;
}
