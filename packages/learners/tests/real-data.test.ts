import type { DenseMatrix, Learner, LinearAlgebra, SparseMatrix } from '@graft-ml/core';
import {
  LinearSvm,
  LogisticRegression,
  NearestNeighbours,
  PrincipalComponents,
  RidgeClassifier,
  RowNormalizer,
} from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { describeGolden, describeWith, type GoldenCase } from '../../../tools/testing/golden.js';
import { type Domain, readReviews, readSurf } from './support/domains.js';

/** Correct predictions on the second domain by what is learned on the first. */
async function carryOver<X extends DenseMatrix | SparseMatrix>(
  learner: Learner,
  source: Domain<X>,
  target: Domain<X>,
): Promise<number> {
  const model = await learner.fit({ x: source.x, y: source.y, task: 'classification' });
  const predicted = await model.predict(target.x);
  return predicted.filter((label, i) => label === target.y[i]).length;
}

/** Compares a count with that of a pair of the case, `dslr->webcam` say. */
function expectCount(golden: GoldenCase, pair: string, count: number): void {
  const place = (golden.options['pairs'] as string[]).indexOf(pair);
  const expected = golden.outputs['correct']!.data[place]!;
  const { atol } = golden.compare.outputs['correct']!;
  expect(Math.abs(count - expected)).toBeLessThanOrEqual(atol);
}

describeWith(['data', 'office_caltech10_surf'], 'Office-Caltech10', (folder) => {
  let linearAlgebra: LinearAlgebra;
  let dslr: Domain<DenseMatrix>;
  let webcam: Domain<DenseMatrix>;
  const directions = () =>
    [
      ['dslr->webcam', dslr, webcam],
      ['webcam->dslr', webcam, dslr],
    ] as const;

  beforeAll(async () => {
    linearAlgebra = await loadWasmLinearAlgebra();
    dslr = await readSurf(folder, 'dslr');
    webcam = await readSurf(folder, 'webcam');
  }, 60_000);

  describeGolden('real.surf.nn', (golden) => {
    it('counts what 1-NN gets right', async () => {
      const learner = new NearestNeighbours({ neighbours: 1 });
      for (const [pair, source, target] of directions()) {
        expectCount(golden, pair, await carryOver(learner, source, target));
      }
    });
  });

  describeGolden('real.surf.nn.l2', (golden) => {
    it('counts what 1-NN gets right on rows of length 1', async () => {
      const learner = new NearestNeighbours({ neighbours: 1 });
      for (const [pair, source, target] of directions()) {
        const { problem } = await new RowNormalizer().fit({ source, target });
        const adapted = [problem.sources[0]!.x, problem.target.x] as DenseMatrix[];
        const count = carryOver(
          learner,
          { ...source, x: adapted[0]! },
          { ...target, x: adapted[1]! },
        );
        expectCount(golden, pair, await count);
      }
    });
  });

  describeGolden('real.surf.pca20', (golden) => {
    it('counts what 1-NN gets right on 20 joint components', async () => {
      const learner = new NearestNeighbours({ neighbours: 1 });
      const step = new PrincipalComponents({ nComponents: 20 }, { linearAlgebra });
      for (const [pair, source, target] of directions()) {
        const { problem } = await step.fit({ source, target });
        const adapted = [problem.sources[0]!.x, problem.target.x] as DenseMatrix[];
        const count = carryOver(
          learner,
          { ...source, x: adapted[0]! },
          { ...target, x: adapted[1]! },
        );
        expectCount(golden, pair, await count);
      }
    });
  });

  describeGolden('real.surf.ridge', (golden) => {
    it('counts what the ridge classifier gets right', async () => {
      const learner = new RidgeClassifier({ regularization: 1 }, { linearAlgebra });
      for (const [pair, source, target] of directions()) {
        expectCount(golden, pair, await carryOver(learner, source, target));
      }
    });
  });

  describeGolden('real.surf.svm', (golden) => {
    it('counts what the linear SVM gets right', async () => {
      const learner = new LinearSvm({ regularization: 1, penalizeIntercept: true });
      expectCount(golden, 'dslr->webcam', await carryOver(learner, dslr, webcam));
    });
  });
});

describeWith(['data', 'amazon_reviews_bow5000'], 'Amazon reviews', (folder) => {
  let books: Domain<SparseMatrix>;
  let kitchen: Domain<SparseMatrix>;

  beforeAll(async () => {
    books = await readReviews(folder, 'books');
    kitchen = await readReviews(folder, 'kitchen');
  }, 60_000);

  describeGolden('real.amazon.lr', (golden) => {
    it('counts what logistic regression gets right, on sparse rows', async () => {
      const learner = new LogisticRegression({ regularization: 10 });
      expectCount(golden, 'books->kitchen', await carryOver(learner, books, kitchen));
      expectCount(golden, 'kitchen->books', await carryOver(learner, kitchen, books));
    });
  });

  describeGolden('real.amazon.ridge', (golden) => {
    it('counts what the ridge classifier gets right, on sparse rows', async () => {
      const linearAlgebra = await loadWasmLinearAlgebra();
      const learner = new RidgeClassifier({ regularization: 100 }, { linearAlgebra });
      expectCount(golden, 'books->kitchen', await carryOver(learner, books, kitchen));
      expectCount(golden, 'kitchen->books', await carryOver(learner, kitchen, books));
    }, 60_000);
  });
});
