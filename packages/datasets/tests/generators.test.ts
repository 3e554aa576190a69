import {
  isTransferError,
  scenario,
  toProblem,
  type DenseMatrix,
  type PlainProblem,
} from '@graft-ml/core';
import {
  classShifts,
  curvedBoundary,
  latentViews,
  mixedGaussians,
  negativeTransferDial,
  permutedColumns,
  priorShift,
  relatedSources,
  rotatedMoons,
  shiftedBlobs,
  shimodairaRegression,
} from '@graft-ml/datasets';

const generators = {
  shimodairaRegression,
  curvedBoundary,
  rotatedMoons,
  shiftedBlobs,
  mixedGaussians,
  classShifts,
  priorShift,
  relatedSources,
  latentViews,
  permutedColumns,
  negativeTransferDial,
};

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const deviation = (values: ArrayLike<number>) => {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)));
};

const column = (x: DenseMatrix, j: number) =>
  Array.from({ length: x.rows }, (_, i) => x.data[i * x.columns + j]!);

const row = (x: DenseMatrix, i: number) => x.data.subarray(i * x.columns, (i + 1) * x.columns);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, j) => sum + value * b[j]!, 0);

/** Means of the rows of each class, row by row. */
function classMeans(x: DenseMatrix, y: Float64Array, nClasses: number): number[][] {
  return Array.from({ length: nClasses }, (_, c) => {
    const rows = Array.from(y.keys()).filter((i) => y[i] === c);
    return Array.from({ length: x.columns }, (_, j) =>
      mean(rows.map((i) => x.data[i * x.columns + j]!)),
    );
  });
}

/** Solves (XᵀX + λI)·w = Xᵀy by elimination. */
function ridge(parts: readonly { x: DenseMatrix; y: Float64Array }[], lambda: number): number[] {
  const d = parts[0]!.x.columns;
  const system = Array.from({ length: d }, (_, a) =>
    Array.from({ length: d + 1 }, (_, b) => (a === b ? lambda : 0)),
  );
  for (const { x, y } of parts) {
    for (let i = 0; i < x.rows; i++) {
      const values = row(x, i);
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) system[a]![b]! += values[a]! * values[b]!;
        system[a]![d]! += values[a]! * y[i]!;
      }
    }
  }
  for (let a = 0; a < d; a++) {
    for (let b = 0; b < d; b++) {
      if (b === a) continue;
      const factor = system[b]![a]! / system[a]![a]!;
      for (let c = a; c <= d; c++) system[b]![c]! -= factor * system[a]![c]!;
    }
  }
  return system.map((equation, a) => equation[d]! / equation[a]!);
}

describe.each(Object.entries(generators))('%s', (_, generate) => {
  it('is fixed by its seed to the last bit, and another seed gives other rows', () => {
    const small = { nSource: 30, nTarget: 30 };
    const first = generate({ seed: 5, ...small });
    expect(generate({ seed: 5, ...small })).toEqual(first);
    const other = generate({ seed: 6, ...small });
    expect(other.problem.target.x.data).not.toEqual(first.problem.target.x.data);
  });

  it('makes a problem that passes all checks, its evaluation labels outside and one per target row', () => {
    const { problem, evaluation } = generate({ nSource: 30, nTarget: 37 });
    const checked = toProblem(problem satisfies PlainProblem);
    expect(checked.target.x.rows).toBe(37);
    expect(evaluation.y).toHaveLength(37);
    expect(Object.keys(problem.target)).not.toContain('y');
  });

  it('keeps the target rows when the number of source rows changes', () => {
    const few = generate({ nSource: 20, nTarget: 30 });
    const many = generate({ nSource: 40, nTarget: 30 });
    expect(many.problem.target.x.data).toEqual(few.problem.target.x.data);
    expect(many.evaluation.y).toEqual(few.evaluation.y);
  });

  it.each([{ nSource: 0 }, { nTarget: 1.5 }, { seed: -1 }])('refuses %j', (options) => {
    try {
      generate(options);
      throw new Error('not refused');
    } catch (error) {
      expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
    }
  });
});

it.each([
  ['labelNoise', () => curvedBoundary({ labelNoise: 0.6 })],
  ['angle', () => rotatedMoons({ angle: 181 })],
  ['noise', () => rotatedMoons({ noise: -1 })],
  ['nClasses', () => shiftedBlobs({ nClasses: 1 })],
  ['shift', () => shiftedBlobs({ shift: NaN })],
  ['stretch', () => mixedGaussians({ stretch: 0.5 })],
  ['nFeatures', () => classShifts({ nFeatures: 5 })],
  ['targetShare', () => priorShift({ targetShare: 1.1 })],
  ['nLabelled', () => relatedSources({ nLabelled: 0 })],
  ['angle', () => relatedSources({ angle: 91 })],
  ['nPairs', () => latentViews({ nPairs: -1 })],
  ['nNoise', () => permutedColumns({ nNoise: -1 })],
  ['angle', () => negativeTransferDial({ angle: -1 })],
])('a wrong "%s" is named', (option, generate) => {
  expect(generate).toThrow(`"${option}" must be`);
});

describe('G1 shimodairaRegression', () => {
  const { problem, evaluation, densityRatio } = shimodairaRegression({
    nSource: 10_000,
    nTarget: 10_000,
  });

  it('draws x from N(0.5, 0.5²) and N(0, 0.3²)', () => {
    expect(mean(problem.source.x.data)).toBeCloseTo(0.5, 1.7);
    expect(deviation(problem.source.x.data)).toBeCloseTo(0.5, 1.7);
    expect(mean(problem.target.x.data)).toBeCloseTo(0, 1.7);
    expect(deviation(problem.target.x.data)).toBeCloseTo(0.3, 1.7);
  });

  it('adds N(0, 0.3²) to −x + x³ in both domains', () => {
    const residuals = (x: DenseMatrix, y: Float64Array) =>
      y.map((v, i) => v + x.data[i]! - x.data[i]! ** 3);
    for (const rest of [
      residuals(problem.source.x, problem.source.y),
      residuals(problem.target.x, evaluation.y),
    ]) {
      expect(Math.abs(mean(rest))).toBeLessThan(0.01);
      expect(deviation(rest)).toBeCloseTo(0.3, 1.7);
    }
  });

  it('knows the density ratio: weighted source moments are those of the target', () => {
    const x = problem.source.x.data;
    expect(mean(densityRatio)).toBeCloseTo(1, 1);
    expect(mean(densityRatio.map((w, i) => w * x[i]!))).toBeCloseTo(0, 1.3);
    expect(mean(densityRatio.map((w, i) => w * x[i]! ** 2))).toBeCloseTo(0.09, 1.7);
    const at = shimodairaRegression({ nSource: 1 });
    const x0 = at.problem.source.x.data[0]!;
    const density = (m: number, s: number) => Math.exp(-((x0 - m) ** 2) / (2 * s * s)) / s;
    expect(at.densityRatio[0]).toBeCloseTo(density(0, 0.3) / density(0.5, 0.5), 10);
  });
});

describe('G2 curvedBoundary', () => {
  const { problem, evaluation, densityRatio } = curvedBoundary({
    nSource: 10_000,
    nTarget: 10_000,
  });

  it('selects x1 from N(−0.3, 1) and N(1, 0.7²), x2 from N(0, 1) in both', () => {
    expect(mean(column(problem.source.x, 0))).toBeCloseTo(-0.3, 1.5);
    expect(deviation(column(problem.source.x, 0))).toBeCloseTo(1, 1.5);
    expect(mean(column(problem.target.x, 0))).toBeCloseTo(1, 1.5);
    expect(deviation(column(problem.target.x, 0))).toBeCloseTo(0.7, 1.5);
    for (const x of [problem.source.x, problem.target.x]) {
      expect(mean(column(x, 1))).toBeCloseTo(0, 1.5);
      expect(deviation(column(x, 1))).toBeCloseTo(1, 1.5);
    }
  });

  it('labels by the side of the wave; the selection changes the class balance', () => {
    const wrong = problem.source.y.filter((label, i) => {
      const [x1, x2] = row(problem.source.x, i);
      return label !== (x2! > 1.1 * Math.sin(1.6 * x1!) ? 1 : 0);
    });
    expect(wrong).toHaveLength(0);
    // 54.6 % and 29.7 %: measured independently with NumPy on 20 samples.
    expect(mean(problem.source.y)).toBeCloseTo(0.546, 1.5);
    expect(mean(evaluation.y)).toBeCloseTo(0.297, 1.5);
  });

  it('knows the density ratio: weighted source moments are those of the target', () => {
    const x1 = column(problem.source.x, 0);
    expect(mean(densityRatio)).toBeCloseTo(1, 1);
    expect(mean(densityRatio.map((w, i) => w * x1[i]!))).toBeCloseTo(1, 1);
    expect(mean(densityRatio.map((w, i) => w * (x1[i]! - 1) ** 2))).toBeCloseTo(0.49, 1);
  });

  it('flips the asked share of source labels and no target label', () => {
    const noisy = curvedBoundary({ nSource: 10_000, nTarget: 500, labelNoise: 0.1 });
    const flipped = noisy.problem.source.y.map((label, i) =>
      Math.abs(label - problem.source.y[i]!),
    );
    expect(mean(flipped)).toBeCloseTo(0.1, 1.9);
    expect(noisy.evaluation.y).toEqual(curvedBoundary({ nTarget: 500 }).evaluation.y);
  });
});

describe('G3 rotatedMoons', () => {
  it('puts points on two half circles and turns those of the target about (1/2, 1/4)', () => {
    const { problem, evaluation } = rotatedMoons({ angle: 40, noise: 0, nTarget: 100 });
    const turn = (-40 * Math.PI) / 180;
    evaluation.y.forEach((label, i) => {
      const [x1, x2] = row(problem.target.x, i);
      const [u, v] = [x1! - 0.5, x2! - 0.25];
      const back = [
        0.5 + Math.cos(turn) * u - Math.sin(turn) * v,
        0.25 + Math.sin(turn) * u + Math.cos(turn) * v,
      ];
      const fromCentre = label === 0 ? back : [1 - back[0]!, 0.5 - back[1]!];
      expect(Math.hypot(fromCentre[0]!, fromCentre[1]!)).toBeCloseTo(1, 10);
      expect(fromCentre[1]).toBeGreaterThan(-1e-10);
    });
    expect(mean(evaluation.y)).toBe(0.5);
  });

  it('adds noise of the asked size', () => {
    const clean = rotatedMoons({ noise: 0, nSource: 5000 }).problem.source.x.data;
    const noisy = rotatedMoons({ noise: 0.2, nSource: 5000 }).problem.source.x.data;
    expect(deviation(noisy.map((value, p) => value - clean[p]!))).toBeCloseTo(0.2, 1.7);
  });
});

describe('G3 shiftedBlobs', () => {
  it('blows up and shifts blobs that lie on a circle of radius 3', () => {
    const { problem, evaluation, offset } = shiftedBlobs({
      nSource: 4500,
      nTarget: 4500,
      shift: 2,
    });
    const source = classMeans(problem.source.x, problem.source.y, 3);
    const target = classMeans(problem.target.x, evaluation.y, 3);
    expect(Math.hypot(offset[0]!, offset[1]!)).toBeCloseTo(2, 10);
    source.forEach((centre, c) => {
      expect(Math.abs(Math.hypot(centre[0]!, centre[1]!) - 3)).toBeLessThan(0.1);
      centre.forEach((value, j) => {
        expect(Math.abs(target[c]![j]! - 1.5 * value - offset[j]!)).toBeLessThan(0.2);
      });
    });
  });
});

describe('G4 mixedGaussians', () => {
  const { problem, evaluation, mixing } = mixedGaussians({
    nSource: 2500,
    nTarget: 2500,
    stretch: 3,
  });

  it('mixes by a symmetric positive definite matrix within the asked stretch', () => {
    const d = mixing.columns;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < i; j++)
        expect(mixing.data[i * d + j]).toBeCloseTo(mixing.data[j * d + i]!, 12);
    }
    // Power iteration on A and on (largest + smallest)·I − A gives both ends of the spectrum.
    const extreme = (shift: number, sign: number) => {
      let v = Array.from({ length: d }, (_, j) => 1 + j / 7);
      let length = 0;
      for (let t = 0; t < 3000; t++) {
        const next = v.map((value, i) => shift * value + sign * dot(row(mixing, i), v));
        length = Math.sqrt(dot(next, next));
        v = next.map((value) => value / length);
      }
      return sign * (length - shift);
    };
    const largest = extreme(0, 1);
    const smallest = extreme(largest, -1);
    expect(largest).toBeLessThanOrEqual(3);
    expect(largest).toBeGreaterThan(1.5);
    expect(smallest).toBeGreaterThanOrEqual(1 / 3);
    expect(smallest).toBeLessThan(1 / 1.5);
  });

  it('maps class means and covariance by the mixing', () => {
    const source = classMeans(problem.source.x, problem.source.y, 4);
    const target = classMeans(problem.target.x, evaluation.y, 4);
    for (let c = 0; c < 4; c++) {
      for (let j = 0; j < 10; j++) {
        expect(Math.abs(target[c]![j]! - dot(row(mixing, j), source[c]!))).toBeLessThan(0.3);
      }
    }
    const class0 = Array.from(evaluation.y.keys()).filter((i) => evaluation.y[i] === 0);
    const spread = deviation(class0.map((i) => problem.target.x.data[i * 10]!));
    expect(spread / Math.sqrt(dot(row(mixing, 0), row(mixing, 0)))).toBeCloseTo(1, 1);
  });
});

describe('G5 classShifts', () => {
  it('shifts every class by its own vector, all of the asked length', () => {
    const { problem, evaluation, shifts } = classShifts({ nSource: 3000, nTarget: 3000, shift: 2 });
    const source = classMeans(problem.source.x, problem.source.y, 3);
    const target = classMeans(problem.target.x, evaluation.y, 3);
    for (let c = 0; c < 3; c++) {
      const vector = row(shifts, c);
      expect(Math.sqrt(dot(vector, vector))).toBeCloseTo(2, 10);
      expect(dot(vector, row(shifts, (c + 1) % 3)) / 4).toBeCloseTo(-0.25, 10);
      expect(Math.sqrt(dot(source[c]!, source[c]!))).toBeCloseTo(4, 0.7);
      source[c]!.forEach((value, j) => {
        expect(Math.abs(target[c]![j]! - value - vector[j]!)).toBeLessThan(0.2);
      });
    }
  });
});

describe('G6 priorShift', () => {
  it('meets the shares exactly and leaves the classes as they are', () => {
    const { problem, evaluation } = priorShift({ nSource: 5000, nTarget: 5000 });
    expect(mean(problem.source.y)).toBe(0.5);
    expect(mean(evaluation.y)).toBeCloseTo(0.1, 12);
    for (const means of [
      classMeans(problem.source.x, problem.source.y, 2),
      classMeans(problem.target.x, evaluation.y, 2),
    ]) {
      [-1, 0, 1, 0].forEach((value, p) => {
        expect(Math.abs(means[p >> 1]![p & 1]! - value)).toBeLessThan(0.15);
      });
    }
  });

  it('serves a domain of one class alone', () => {
    expect(mean(priorShift({ targetShare: 1 }).evaluation.y)).toBe(0);
  });
});

describe('G7 relatedSources', () => {
  const { problem, relations } = relatedSources({ nSource: 2000, nLabelled: 2000 });
  const { x, y } = problem.target.labelled!;
  const direction = (rows: DenseMatrix, labels: Float64Array) => {
    const sum = new Float64Array(rows.columns);
    labels.forEach((label, i) =>
      row(rows, i).forEach((value, j) => (sum[j]! += (2 * label - 1) * value)),
    );
    const length = Math.sqrt(dot(sum, sum));
    return sum.map((value) => value / length);
  };

  it('has two related, two flipped and one random source, in an order of its own', () => {
    expect([...relations].sort()).toEqual(['flipped', 'flipped', 'random', 'related', 'related']);
    const orders = [1, 2, 3, 4, 5].map((seed) => relatedSources({ seed }).relations.join());
    expect(new Set(orders).size).toBeGreaterThan(1);
    expect(scenario(problem)).toMatchObject({ nSources: 5, supervision: 'inductive' });
  });

  it('turns the related boundaries by the angle, flips or shuffles the others', () => {
    const target = direction(x, y);
    problem.sources.forEach((source, k) => {
      const cosine = dot(direction(source.x, source.y), target);
      if (relations[k] === 'related')
        expect((Math.acos(cosine) * 180) / Math.PI).toBeCloseTo(10, -0.9);
      if (relations[k] === 'flipped') expect(cosine).toBeLessThan(-0.99);
      if (relations[k] === 'random') expect(mean(source.y)).toBeCloseTo(0.5, 1.3);
    });
  });
});

describe('G8 latentViews', () => {
  it('shows 20 and 12 features of 5 hidden causes; pairs share their cause', () => {
    const { problem, sourceView, targetView } = latentViews({ noise: 0, nPairs: 40 });
    expect([problem.source.x.columns, problem.target.x.columns]).toEqual([20, 12]);
    expect(scenario(problem)).toMatchObject({ kind: 'heterogeneous', supervision: 'inductive' });
    expect([sourceView.rows, sourceView.columns, targetView.columns]).toEqual([5, 20, 12]);
    // Without noise a source row determines its cause, and that the target row: solve for both from the views.
    const { source, target } = problem.pairs!;
    const transposed = (view: DenseMatrix): DenseMatrix => ({
      ...view,
      rows: view.columns,
      columns: view.rows,
      data: Float64Array.from({ length: view.data.length }, (_, p) => {
        return view.data[(p % view.rows) * view.columns + Math.floor(p / view.rows)]!;
      }),
    });
    for (let i = 0; i < 40; i++) {
      const cause = ridge([{ x: transposed(sourceView), y: row(source, i).slice() }], 0);
      row(target, i).forEach((value, j) => {
        expect(value).toBeCloseTo(dot(cause, column(targetView, j)), 8);
      });
    }
  });

  it('adds noise of the asked size, and leaves labels and pairs out where none are asked', () => {
    const clean = latentViews({ noise: 0, nSource: 1000 }).problem.source.x.data;
    const noisy = latentViews({ noise: 0.5, nSource: 1000 }).problem.source.x.data;
    expect(deviation(noisy.map((value, p) => value - clean[p]!))).toBeCloseTo(0.5, 1.7);
    const bare = latentViews({ labelledPerClass: 0, nPairs: 0 }).problem;
    expect('pairs' in bare || 'labelled' in bare.target).toBe(false);
    const labels = latentViews({ labelledPerClass: 3 }).problem.target.labelled!.y;
    expect([0, 1, 2, 3].map((c) => labels.filter((label) => label === c).length)).toEqual([
      3, 3, 3, 3,
    ]);
  });
});

describe('G9 permutedColumns', () => {
  it('orders the columns by the permutation and marks noise columns with −1', () => {
    const { problem, evaluation, permutation } = permutedColumns({
      nSource: 3000,
      nTarget: 3000,
      nNoise: 3,
    });
    expect(Array.from(permutation).sort((a, b) => a - b)).toEqual([
      -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    const source = classMeans(problem.source.x, problem.source.y, 4);
    const target = classMeans(problem.target.x, evaluation.y, 4);
    permutation.forEach((from, j) => {
      for (let c = 0; c < 4; c++) {
        const expected = from < 0 ? 0 : source[c]![from]!;
        expect(Math.abs(target[c]![j]! - expected)).toBeLessThan(0.25);
      }
    });
    expect(scenario(problem).kind).toBe('heterogeneous');
  });
});

describe('G22 negativeTransferDial', () => {
  it.each([0, 45, 90, 180])('sets the weights %d degrees apart, both of length 1', (angle) => {
    const { sourceWeights, targetWeights } = negativeTransferDial({ angle });
    expect(dot(sourceWeights, sourceWeights)).toBeCloseTo(1, 12);
    expect(dot(targetWeights, targetWeights)).toBeCloseTo(1, 12);
    expect(dot(sourceWeights, targetWeights)).toBeCloseTo(Math.cos((angle * Math.PI) / 180), 12);
  });

  it('labels linearly with noise of the asked size', () => {
    const { problem, sourceWeights } = negativeTransferDial({ nSource: 3000 });
    const rest = problem.source.y.map((y, i) => y - dot(row(problem.source.x, i), sourceWeights));
    expect(Math.abs(mean(rest))).toBeLessThan(0.05);
    expect(deviation(rest)).toBeCloseTo(0.7, 1.2);
  });

  it.each([
    [10, 46, 66],
    [100, 17, 27],
  ])(
    'makes pooling worse than %d target labels alone between %d and %d degrees',
    (nLabelled, helps, harms) => {
      const excess = (angle: number) => {
        let sum = 0;
        for (let seed = 0; seed < 5; seed++) {
          const { problem, targetWeights } = negativeTransferDial({
            seed,
            angle,
            nLabelled,
            nTarget: 1,
          });
          const labelled = problem.target.labelled!;
          const error = (w: number[]) =>
            mean(w.map((value, j) => (value - targetWeights[j]!) ** 2));
          sum += error(ridge([problem.source, labelled], 2)) - error(ridge([labelled], 2));
        }
        return sum;
      };
      expect(excess(helps)).toBeLessThan(0);
      expect(excess(harms)).toBeGreaterThan(0);
    },
  );
});
