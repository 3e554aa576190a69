import type { Outcome } from './outcome.js';

/** One sign per outcome, the same in text and in charts. */
export const outcomeSign: Readonly<Record<Outcome, string>> = {
  baseline: '◆',
  helped: '▲',
  hurt: '▼',
  unclear: '●',
  same: '●',
  unjudged: '○',
  failed: '×',
};

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  baseline: 'baseline',
  helped: 'helped',
  hurt: 'made it worse',
  unclear: 'no clear difference',
  same: 'no change',
  unjudged: 'not judged',
  failed: 'failed',
};
