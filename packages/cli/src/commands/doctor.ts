import { arch, availableParallelism, platform } from 'node:os';
import type { BackendAdapter, BackendReport } from '@graft-ml/core';
import Table from 'cli-table3';
import { Command } from 'commander';
import colors from 'picocolors';
import { integer } from '../internal/arguments.js';
import { wrapped } from '../internal/text-layout.js';
import { versions } from '../internal/version.js';

/** Adapters by preference, with the name under which each exports itself. */
const adapters = [
  { name: '@graft-ml/backend-node', member: 'node' },
  { name: '@graft-ml/backend-wasm-simd', member: 'wasmSimd' },
  { name: '@graft-ml/backend-webgpu', member: 'webgpu' },
  { name: '@graft-ml/backend-webgl', member: 'webgl' },
] as const;

interface Finding {
  readonly package: string;
  /** Whether it is the first to try of those that are here. */
  readonly best: boolean;
  readonly report: BackendReport | { readonly present: false; readonly reason: string };
}

/** `graft doctor`: which compute engines are here, how fast they are, and what to install for those that are not. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say which compute engines are here, how fast they are and what can be added.')
    .option('--threads <n>', 'threads to load the engines with', integer, 1)
    .option('--size <rows>', 'rows of the products that are timed; 0 times nothing', integer, 512)
    .option('--json', 'as JSON')
    .action(
      async (options: {
        readonly threads: number;
        readonly size: number;
        readonly json?: boolean;
      }) => {
        const findings: Finding[] = [];
        for (const { name, member } of adapters) {
          const report = await examine(name, member, options);
          const best = report.present && !findings.some((finding) => finding.best);
          findings.push({ package: name, best, report });
        }
        process.stdout.write(
          options.json ? `${JSON.stringify(findings, null, 2)}\n` : text(findings, options.size),
        );
      },
    );
}

interface Tensors {
  describeBackend(
    adapter: BackendAdapter,
    options: { readonly size: number; readonly threads: number },
  ): Promise<BackendReport>;
}

/** Adapters are no dependencies of the command: one that is not installed is a finding like any other. */
async function examine(
  name: string,
  member: string,
  options: { readonly size: number; readonly threads: number },
): Promise<Finding['report']> {
  const shared = '@graft-ml/backend-wasm-simd/tensors';
  let adapter: BackendAdapter;
  let tensors: Tensors;
  try {
    adapter = ((await import(name)) as Record<string, BackendAdapter>)[member]!;
    tensors = (await import(shared)) as Tensors;
  } catch {
    return { present: false, reason: `The adapter is not installed. Run "npm install ${name}".` };
  }
  const { declaration } = adapter;
  if (!declaration.runsIn.includes('node'))
    return { declaration, present: false, reason: 'Runs in browsers only.' };
  return tensors.describeBackend(adapter, options);
}

function text(findings: readonly Finding[], size: number): string {
  const { graft, node } = versions();
  const table = new Table({
    head: ['engine', 'here', 'tensors', 'GFLOPS', 'algebra in float64', 'GFLOPS'].map((title) =>
      colors.bold(title),
    ),
    colAligns: ['left', 'left', 'left', 'right', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const finding of findings) table.push(row(finding));
  const timed = size > 0 ? `, GFLOPS of products of ${size} rows` : '';
  return [
    `graft ${graft}, Node ${node}, ${platform()} ${arch()}, ${availableParallelism()} processors${timed}`,
    '',
    table.toString(),
    '',
    ...findings
      .filter((finding) => !inBrowsers(finding))
      .flatMap((finding) => [colors.bold(shortName(finding)), ...details(finding), '']),
    ...use(findings),
    '',
  ].join('\n');
}

function row(finding: Finding): string[] {
  const { report, best } = finding;
  if (!report.present)
    return [shortName(finding), inBrowsers(finding) ? 'in browsers' : 'no', '', '', '', ''];
  const { declaration, gigaflops, threads, linearAlgebra, gradients } = report;
  const hasTensors = gigaflops?.float32 !== undefined || gradients;
  return [
    shortName(finding),
    best ? colors.green('yes, best') : 'yes',
    hasTensors
      ? `${declaration.tensorTypes.join(', ')}, ${threads} thread${threads === 1 ? '' : 's'}${gradients ? '' : ', no derivatives'}`
      : 'none',
    speed(gigaflops?.float32),
    linearAlgebra ?? '',
    speed(gigaflops?.float64),
  ];
}

function details({ report }: Finding): string[] {
  if (!report.present) return [wrapped(report.reason ?? '')];
  const { length } = report.declaration.missingOperations;
  const lacks =
    length > 0 ? [`Lacks ${length} operations of TensorFlow.js; --json names them.`] : [];
  return [...(report.notes ?? []), ...lacks].map((line) => wrapped(line));
}

function inBrowsers({ report }: Finding): boolean {
  return 'declaration' in report && !report.declaration.runsIn.includes('node');
}

/** What the commands compute with, and how a program gets the best that is here. */
function use(findings: readonly Finding[]): string[] {
  const commands = wrapped(
    'The commands of graft compute with the WebAssembly engine of @graft-ml/numerics, and train networks on wasm-simd.',
    '',
  );
  const best = findings.find((finding) => finding.best);
  if (!best) return [commands, 'Networks need "npm install @graft-ml/backend-wasm-simd".'];
  const { member } = adapters.find(({ name }) => name === best.package)!;
  return [
    `${commands} A program takes the best engine with`,
    `  import { ${member} } from '${best.package}';`,
    `  const backend = await ${member}.load();`,
  ];
}

function shortName({ package: name }: Finding): string {
  return name.replace('@graft-ml/backend-', '');
}

function speed(gigaflops: number | undefined): string {
  return gigaflops === undefined ? '' : gigaflops.toFixed(1);
}
