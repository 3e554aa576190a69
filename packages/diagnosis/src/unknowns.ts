import type { Scenario } from '@graft-ml/core';
import type { SourceDiagnosis } from './diagnosis.js';

/** What stays open, and what would settle it. */
export function unknowns(scenario: Scenario, sources: readonly SourceDiagnosis[]): string[] {
  const { supervision, featureSpacesDiffer } = scenario;
  const blind = supervision !== 'inductive';
  const open = sources.filter(({ conditional }) => conditional.answer === 'inconclusive');
  const uncounted = sources.some(({ occurrence }) => occurrence?.context.from === 'nothing');
  const guessed = sources.some(({ prior }) => prior.from === 'predictions');
  return [
    ...(featureSpacesDiffer
      ? [
          'Whether the features shift: domains with different features cannot be compared. Rows known to correspond would tie them together.',
        ]
      : []),
    ...(blind
      ? [
          'Whether the same features mean the same in both domains: without target labels every answer fits the data. Label some 20 target rows at random.',
        ]
      : open.map(
          ({ name }) =>
            `Whether the same features mean the same in "${name}" and the target: a difference may be there that so few labels do not show.`,
        )),
    ...(blind && uncounted
      ? [
          'Which features go with another class in the target (context feature bias): only target labels show it, with some ten labelled rows that have the feature.',
        ]
      : []),
    ...(guessed
      ? [
          'The true shares of the classes: those given hold if shares are all that changed. Labels of target rows drawn at random would count them.',
        ]
      : []),
    ...(blind
      ? [
          'How accurate any model is on the target: label-free estimates can be far off. The same 20 labels bound it to about ±20 points, 100 to about ±10.',
        ]
      : []),
  ];
}
