import type { RecipeProgress } from '@graft-ml/toolkit';
import { SingleBar } from 'cli-progress';

export interface ProgressDisplay {
  readonly update: (progress: RecipeProgress) => void;
  readonly stop: () => void;
}

/** A bar over all recipes on a terminal, nothing in a pipe. */
export function progressDisplay(
  recipes: number,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total} recipes · {recipe}: {stage} {detail}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
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
