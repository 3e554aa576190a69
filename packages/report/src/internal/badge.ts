import { markup, type Markup } from './markup.js';
import type { Outcome } from './outcome.js';
import { outcomeSign, outcomeWords } from './outcome-signs.js';

/** An outcome by sign, word and colour: each alone is enough to tell it. */
export function badge(outcome: Outcome): Markup {
  const sign = markup`<span class="sign" aria-hidden="true">${outcomeSign[outcome]}</span>`;
  return markup`<span class="badge ${outcome}">${sign} ${outcomeWords[outcome]}</span>`;
}
