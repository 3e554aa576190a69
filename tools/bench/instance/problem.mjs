// What the methods are timed on: two Gaussian samples of 50 features whose means differ in five, with classes and values.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomSource } from '@graft-ml/numerics';

const nFeatures = 50;

/** n source rows, n target rows and n / 10 labelled ones of the target, always the same for the same n. */
export function sampleRows(n) {
  const random = randomSource(n);
  const direction = Float64Array.from(
    { length: nFeatures },
    () => random.normal() / Math.sqrt(nFeatures),
  );
  const draw = (rows, shift) => {
    const x = new Float64Array(rows * nFeatures);
    const y = new Float64Array(rows);
    const value = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      let score = 0.3 * random.normal();
      for (let j = 0; j < nFeatures; j++) {
        const entry = random.normal() + (j < 5 ? shift : 0);
        x[i * nFeatures + j] = entry;
        score += entry * direction[j];
      }
      y[i] = score > 0.5 ? 1 : 0;
      value[i] = score + Math.sin(x[i * nFeatures]);
    }
    return { x: { format: 'dense', rows, columns: nFeatures, data: x }, y, value };
  };
  return { source: draw(n, 0), target: draw(n, 0.4), labelled: draw(Math.floor(n / 10), 0.4) };
}

/** The rows as a problem for a method of this setting. */
export function problemFor({ sources, targetLabels, tasks }, rows, kinds = 'numeric') {
  const task = tasks.includes('classification') ? 'classification' : 'regression';
  const labels = (part) => (task === 'classification' ? part.y : part.value);
  const features = featuresOf(kinds);
  const shape = ({ x }) => (kinds === 'numeric' ? x : { ...x, data: x.data.map(Math.round) });
  const wanted = targetLabels === 'required';
  const { source, target, labelled } = rows;
  return {
    task,
    ...(sources === 'three'
      ? { sources: parts(shape(source), labels(source), 3) }
      : { source: { x: shape(source), y: labels(source), ...features } }),
    target: {
      x: shape(target),
      ...features,
      ...(wanted ? { labelled: { x: shape(labelled), y: labels(labelled) } } : {}),
    },
  };
}

/** The same rows as files of doubles, for Python. */
export function writeRows(folder, { source, target, labelled }) {
  const arrays = {
    xs: source.x.data,
    ys: source.y,
    vs: source.value,
    xt: target.x.data,
    xl: labelled.x.data,
    yl: labelled.y,
    vl: labelled.value,
  };
  for (const [name, data] of Object.entries(arrays)) {
    writeFileSync(join(folder, `${name}.f64`), new Uint8Array(data.buffer));
  }
}

function featuresOf(kinds) {
  if (kinds === 'numeric') return {};
  return {
    featureKinds: Array.from({ length: nFeatures }, (_, j) =>
      kinds === 'categorical' || j < 5 ? 'categorical' : 'numeric',
    ),
  };
}

function parts(x, y, count) {
  const rows = Math.floor(x.rows / count);
  return Array.from({ length: count }, (_, k) => ({
    x: {
      ...x,
      rows,
      data: x.data.slice(k * rows * x.columns, (k + 1) * rows * x.columns),
    },
    y: y.slice(k * rows, (k + 1) * rows),
  }));
}
