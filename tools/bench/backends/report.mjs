// Tables and page of the bench of backends, from { node, pages, turns, python }.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { markdownTable, show } from '../shared/figures.mjs';

const titles = {
  tensorflow: 'node, tensors in TensorFlow',
  node: 'node, tensors on WebAssembly',
};
const steps = ['MLP 64-256-256-10, step', 'CNN 28x28, step'];
const own = 'MLP 64-256-256-10, step of NeuralNetwork';
const products = (type, more = []) => [
  ...[256, 512, 1000].map((size) => `matMul ${type}, ${size}`),
  ...more,
];
const transposed = ['matMul of a derivative, 512'];

/** What is aimed at: `engine` takes at most `most` times as long as `than`, at each piece of work. */
const aims = [
  { engine: 'node', than: 'PyTorch', most: 2, work: [...steps, own] },
  { engine: 'tensorflow', than: 'PyTorch', most: 2, work: [...steps, own] },
  { engine: 'wasm-simd', than: 'PyTorch', most: 8, work: [...steps, own] },
  {
    engine: 'wasm-simd',
    than: 'tfjs-backend-cpu',
    most: 0.1,
    work: [...steps, 'conv2d, forward', 'conv2d, forward and backward', 'matMul float32, 512'],
  },
  {
    engine: 'wasm-simd',
    than: 'tfjs-backend-wasm',
    most: 1.05,
    work: products('float32', transposed),
  },
  { engine: 'node', than: 'onnxruntime', most: 1.05, work: products('float64') },
];
const aimsOfPages = ['webgl', 'webgpu'].map((engine) => ({
  engine,
  than: `tfjs-backend-${engine}`,
  most: 1.05,
  work: products('float32', transposed),
}));

export function tablesOf({ node, pages }) {
  return [timesTable(node), pages && timesTable(pages)].filter(Boolean).join('\n\n');
}

export function documentOf(results) {
  const { node, pages, turns, keptRows, python } = results;
  const verdicts = [
    ...aims.flatMap((aim) => verdictsOf(aim, node)),
    ...(pages ? aimsOfPages.flatMap((aim) => verdictsOf(aim, pages)) : []),
  ].toSorted((a, b) => b.ratio / b.most - a.ratio / a.most);
  const missed = verdicts.filter(({ ratio, most }) => ratio > most);
  const met = verdicts.filter(({ ratio, most }) => ratio <= most);
  return `# The speed of backends

Made by \`npm run bench -- backends --write\` on ${new Date().toISOString().slice(0, 10)}; do not edit.

- Machine: ${cpus()[0].model}, ${availableParallelism()} processors, shared with other work: load average ${loadavg()[0].toFixed(1)} at the end of the run
- Runtime: Node ${process.version}; TensorFlow.js 4.22.0; onnxruntime-node 1.30.0${python ? `; PyTorch ${python.versions.torch}` : ''}${pages ? `; ${pages.version}` : ''}
- One thread everywhere. Batches of 64. A training step is forward, backward and Adam, by tfjs-layers or PyTorch; a step of
  \`NeuralNetwork\` is a hundredth of a \`fit\` of ours of ten epochs, from rows to a model, held against the same step of PyTorch.
- Features are 256 numbers of an image of 224 × 224 by MobileNet v1 0.25; the node backend reads it as ONNX where its tensors are
  on WebAssembly. TensorFlow is that of \`@tensorflow/tfjs-node\`, its addon compiled from source.
- Times in Node are milliseconds of processor time, all threads together; those in Chromium are by the clock. The least of
  ${turns} turns (at least 4 in Chromium), in which every engine has one, so that a busy moment meets all of them. What takes more than 3 s
  has one turn.${keptRows > 0 ? ` ${keptRows} rows were kept from earlier runs (\`--keep\`).` : ''}
${agreement(node)}
## Aims that are missed

${missed.length > 0 ? verdictTable(missed) : 'None.'}

## Aims that are met

${met.length > 0 ? verdictTable(met) : 'None.'}

## Node

${timesTable(node)}

Features per second:

${featuresTable(node)}
${node.engines.includes('PyTorch') ? `\nRatios to PyTorch, below 1 is faster:\n\n${ratiosTable(node, 'PyTorch')}\n` : ''}${pages ? browserPart(pages) : ''}`;
}

function browserPart(pages) {
  return `
## Chromium, without a graphics card

WebGL and WebGPU are rendered in software here: their figures compare an adapter with the engine below it, not the card with the
processor.

${timesTable(pages)}

Features per second:

${featuresTable(pages)}
`;
}

function least(part, work, engine) {
  const cell = part.rows[work]?.[engine];
  return cell && cell.times.length > 0 ? Math.min(...cell.times) : undefined;
}

function verdictsOf({ engine, than, most, work }, part) {
  return work.flatMap((name) => {
    // PyTorch has one step only to hold against either of ours.
    const other =
      least(part, name, than) ?? (name === own ? least(part, steps[0], than) : undefined);
    const mine = least(part, name, engine);
    if (mine === undefined || other === undefined) return [];
    return [{ engine, than, name, most, ratio: mine / other }];
  });
}

function verdictTable(verdicts) {
  return markdownTable([
    ['work', 'backend', 'beside', 'aim', 'measured'],
    ...verdicts.map(({ engine, than, name, most, ratio }) => [
      name,
      titles[engine] ?? engine,
      than,
      `at most ${show(most)} ×`,
      `${show(ratio)} ×`,
    ]),
  ]);
}

function timesTable(part) {
  const names = Object.keys(part.rows);
  return table(part, names, (name, engine) => show(1000 * least(part, name, engine)));
}

function featuresTable(part) {
  const names = Object.keys(part.rows).filter((name) => name.startsWith('MobileNet'));
  return table(part, names, (name, engine) => {
    const images = Number(/\d+$/.exec(name)[0]);
    return show(images / least(part, name, engine));
  });
}

function ratiosTable(part, to) {
  const names = Object.keys(part.rows).filter((name) => least(part, name, to) !== undefined);
  return table(part, names, (name, engine) =>
    show(least(part, name, engine) / least(part, name, to)),
  );
}

/** A row for each piece of work, a column for each engine; what an engine cannot do says why. */
function table(part, names, figure) {
  return markdownTable([
    ['', ...part.engines.map((engine) => titles[engine] ?? engine)],
    ...names.map((name) => [
      name,
      ...part.engines.map((engine) => {
        const cell = part.rows[name][engine];
        return cell.times.length > 0 ? figure(name, engine) : (cell.ended ?? '–');
      }),
    ]),
  ]);
}

/** How far the means of features are apart: whether all engines did the same work. */
function agreement(part) {
  const values = Object.values(part.rows).flatMap((cells) =>
    Object.values(cells).flatMap(({ value }) => (value === undefined ? [] : [value])),
  );
  if (values.length === 0) return '';
  const spread = Math.max(...values) / Math.min(...values) - 1;
  return `- The mean feature of all engines is the same up to a part of ${spread.toExponential(0)}.\n`;
}
