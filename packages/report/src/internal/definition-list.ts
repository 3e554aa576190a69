import { markup, type Markup } from './markup.js';

/** A term and what is to be said about it. */
export type Fact = readonly [term: string, description: string | Markup];

/** Facts side by side. */
export function definitionList(facts: readonly Fact[]): Markup {
  return markup`<dl class="facts">
${facts.map(([term, description]) => markup`<div><dt>${term}</dt><dd>${description}</dd></div>\n`)}</dl>`;
}
