import type { Label, TaskKind } from '@graft-ml/core';
import { isTransferError } from '@graft-ml/core';
import { type Check, expectThat, type Method } from './check.js';
import { expectSame, learn, observeModel } from './observe.js';
import { makeProbe } from './probe.js';

const notALearner = ({ setting }: Method) =>
  setting.role === 'learner' ? undefined : 'it is not a learner';

/** What base learners promise: weights mean copies, probabilities are probabilities, labels come back as they were. */
export const learnerChecks: readonly Check[] = [
  {
    name: 'weight-two',
    promise: 'a row of weight 2 counts like the row twice',
    skip: notALearner,
    async run(method) {
      for (const task of method.setting.tasks) {
        const { x, y, rows } = labelledRows(method, task);
        const weights = x.map((_, i) => (i % 3 === 0 ? 2 : 1));
        const weighted = await learn(method, { x, y, weights, task });
        const copies = x.flatMap((_, i) => (i % 3 === 0 ? [i, i] : [i]));
        const copied = await learn(method, {
          x: copies.map((i) => x[i]!),
          y: copies.map((i) => y[i]!),
          task,
        });
        expectSame(
          await observeModel(weighted, rows),
          await observeModel(copied, rows),
          1e-5,
          'weight 2',
        );
      }
    },
  },
  {
    name: 'weight-zero',
    promise: 'a row of weight 0 counts like its absence',
    skip: notALearner,
    async run(method) {
      for (const task of method.setting.tasks) {
        const { x, y, rows } = labelledRows(method, task);
        const left = (i: number) => i % 3 !== 0 || i % 4 === 0; // most rows of one class go
        const weights = x.map((_, i) => (left(i) ? 1 : 0));
        const weighted = await learn(method, { x, y, weights, task });
        const kept = x.map((_, i) => i).filter(left);
        const without = await learn(method, {
          x: kept.map((i) => x[i]!),
          y: kept.map((i) => y[i]!),
          task,
        });
        expectSame(
          await observeModel(weighted, rows),
          await observeModel(without, rows),
          1e-5,
          'weight 0',
        );
      }
    },
  },
  {
    name: 'probabilities',
    promise: 'class probabilities lie in [0, 1], sum to 1 and agree with the predictions',
    skip: (method) =>
      notALearner(method) ??
      (method.setting.tasks.includes('classification') ? undefined : 'it does not classify'),
    async run(method) {
      const { x, y, rows } = labelledRows(method, 'classification');
      const model = await learn(method, { x, y, task: 'classification' });
      if (!model.predictProba) return;
      const { data, columns } = await model.predictProba(rows);
      const predictions = await model.predictEncoded(rows);
      expectThat(columns === 3, `${columns} columns for 3 classes`);
      for (let i = 0; i < rows.length; i++) {
        const row = data.subarray(i * columns, (i + 1) * columns);
        const sum = row.reduce((a, b) => a + b, 0);
        expectThat(
          Math.abs(sum - 1) < 1e-9 && row.every((p) => p >= 0 && p <= 1),
          `row ${i} holds [${row.join(', ')}]`,
        );
        expectThat(
          row[predictions[i]!]! >= Math.max(...row) - 1e-9,
          `row ${i} predicts a class that is not the likeliest`,
        );
      }
    },
  },
  {
    name: 'labels-as-given',
    promise: 'predictions are the labels that were taught, strings or numbers',
    skip: (method) =>
      notALearner(method) ??
      (method.setting.tasks.includes('classification') ? undefined : 'it does not classify'),
    async run(method) {
      const { x, y, rows } = labelledRows(method, 'classification');
      const numbers = y.map((label) => (label === 'ant' ? 40 : label === 'bee' ? -3 : 7));
      for (const labels of [y, numbers]) {
        const predicted = await (await learn(method, { x, y: labels })).predict(rows);
        expectThat(
          predicted.every((label) => (labels as Label[]).includes(label)),
          `predicted ${JSON.stringify(predicted)}`,
        );
      }
    },
  },
  {
    name: 'labels-missing',
    promise: 'rows without labels are refused with INVALID_DATA',
    skip: notALearner,
    async run(method) {
      const probe = makeProbe(method.setting);
      const problem = { ...probe.problem, source: { x: probe.problem.source!.x } };
      let raised: unknown;
      await (new method().fit(problem) as Promise<unknown>).catch(
        (error: unknown) => (raised = error),
      );
      expectThat(isTransferError(raised, 'INVALID_DATA'), `raised ${String(raised)}`);
    },
  },
];

function labelledRows(
  method: Method,
  task: TaskKind,
): { x: number[][]; y: Label[]; rows: number[][] } {
  const probe = makeProbe(method.setting, { task });
  return {
    x: probe.problem.source!.x as number[][],
    y: probe.problem.source!.y as Label[],
    rows: probe.newTarget,
  };
}
