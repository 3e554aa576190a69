import type { RecipeProgress, SearchProgress } from '@graft-ml/toolkit';
import { SingleBar } from 'cli-progress';

export interface ProgressDisplay<P> {
  readonly update: (progress: P) => void;
  readonly stop: () => void;
}

/** A bar over all recipes on a terminal, nothing in a pipe. */
export function progressDisplay(
  recipes: number,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay<RecipeProgress> {
  if (!stream.isTTY) return silent;
  const bar = barOn(stream, '{bar} {value}/{total} recipes · {recipe}: {stage} {detail}');
  bar.start(recipes, 0, { recipe: '', stage: 'starting', detail: '' });
  return {
    update({ finished, recipe, stage, done, total }) {
      bar.update(finished, {
        recipe,
        stage,
        detail: total === undefined ? String(done) : `${done}/${total}`,
      });
    },
    stop: () => bar.stop(),
  };
}

/** A bar over the budget of a search on a terminal, nothing in a pipe. */
export function searchDisplay(
  budgetSeconds: number,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay<SearchProgress> {
  if (!stream.isTTY) return silent;
  const bar = barOn(stream, '{bar} {value} of {total} s · {recipe}: {stage}');
  bar.start(Math.round(budgetSeconds), 0, { recipe: '', stage: 'starting' });
  return {
    update({ spentSeconds, recipe, stage }) {
      bar.update(Math.min(Math.round(spentSeconds), Math.round(budgetSeconds)), { recipe, stage });
    },
    stop: () => bar.stop(),
  };
}

const silent = { update: () => undefined, stop: () => undefined };

function barOn(stream: NodeJS.WriteStream, format: string): SingleBar {
  return new SingleBar({
    stream,
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
}
