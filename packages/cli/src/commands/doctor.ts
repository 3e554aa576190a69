import type { BackendAdapter, BackendReport } from '@graft-ml/core';
import { Command } from 'commander';
import { integer } from '../internal/arguments.js';

/** Adapters by preference, with the name under which each exports itself. */
const adapters = [
  { name: '@graft-ml/backend-node', member: 'node' },
  { name: '@graft-ml/backend-wasm-simd', member: 'wasmSimd' },
  { name: '@graft-ml/backend-webgpu', member: 'webgpu' },
  { name: '@graft-ml/backend-webgl', member: 'webgl' },
] as const;

interface Finding {
  readonly package: string;
  readonly chosen: boolean;
  readonly report: BackendReport | { readonly present: false; readonly reason: string };
}

/** `graft doctor`: which engines are installed, which one is chosen, and how fast they are here. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say which compute engines are here, which is chosen and how fast they are.')
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
          const chosen = report.present && !findings.some((finding) => finding.chosen);
          findings.push({ package: name, chosen, report });
        }
        process.stdout.write(
          options.json ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(text).join('\n'),
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
  return tensors.describeBackend(adapter, options);
}

function text({ package: name, chosen, report }: Finding): string {
  const word = report.present ? (chosen ? 'present, chosen' : 'present') : 'not here';
  const lines = [`${name.replace('@graft-ml/backend-', '').padEnd(12)}${word}`];
  if (!report.present) lines.push(`  ${report.reason ?? ''}`);
  else {
    const { declaration, gigaflops, threads, gradients, linearAlgebra, notes = [] } = report;
    lines.push(`  linear algebra  float64, ${linearAlgebra}${speed(gigaflops?.float64)}`);
    if (gigaflops?.float32 !== undefined || gradients)
      lines.push(
        `  tensors         ${declaration.tensorTypes.join(', ')}, ${threads} thread${threads === 1 ? '' : 's'}, ${gradients ? 'with' : 'without'} derivatives${speed(gigaflops?.float32)}`,
      );
    lines.push(`  missing         ${declaration.missingOperations.join(', ') || 'nothing'}`);
    for (const note of notes) lines.push(`  ${note}`);
  }
  return `${lines.join('\n')}\n`;
}

function speed(gigaflops: number | undefined): string {
  return gigaflops === undefined ? '' : `, ${gigaflops.toFixed(1)} GFLOPS`;
}
