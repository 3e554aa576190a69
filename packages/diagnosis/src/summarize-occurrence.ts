import type { SourceDiagnosis } from './diagnosis.js';
import type { ContextTest } from './shift-tests/context-tests.js';
import type { FrequencyTest } from './shift-tests/frequency-tests.js';

/** Frequency and context bias in sentences; none where they were not tested. */
export function occurrenceSentences(
  target: string,
  { name, prior, occurrence }: SourceDiagnosis,
  significance: number,
): string[] {
  if (!occurrence) return [];
  const { frequency, context } = occurrence;
  const sentences = [frequencySentence(name, target, frequency, significance)];
  if (context.from === 'nothing') return sentences;
  const sharesDiffer = prior.from === 'target labels' && prior.test.pValue <= significance;
  const tested = new Set(context.tests.map(({ feature }) => feature)).size;
  const found = context.tests.filter(({ holm }) => holm <= significance);
  const sentence =
    found.length > 0
      ? contextSentence(name, target, found, tested, sharesDiffer)
      : `No feature is seen to go with other classes in "${target}" than in "${name}"; ${tested} of ${frequency.length} could be tested.`;
  return [...sentences, sentence];
}

function frequencySentence(
  source: string,
  target: string,
  frequency: readonly FrequencyTest[],
  significance: number,
): string {
  const found = frequency
    .filter(({ holm }) => holm <= significance)
    .sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  const sides = [
    { tests: found.filter(({ z }) => z > 0), here: source, there: target },
    { tests: found.filter(({ z }) => z < 0), here: target, there: source },
  ].filter(({ tests }) => tests.length > 0);
  if (sides.length === 0) {
    return `None of ${frequency.length} features is seen to be commoner in "${source}" or in "${target}"; rare ones can hide it.`;
  }
  const parts = sides.map(({ tests, here, there }, k) => {
    const count = k === 0 ? `${tests.length} of ${frequency.length} features` : tests.length;
    const named = tests
      .slice(0, 3)
      .map(({ feature, logOdds }) => `"${feature}" (×${times(logOdds)})`);
    const than = k === 0 ? `"${here}" than in "${there}"` : `"${here}"`;
    return `${count} ${tests.length === 1 ? 'is' : 'are'} commoner in ${than}, most clearly ${named.join(', ')}`;
  });
  return `${parts.join('; ')}, as shares of all that occurs: frequency feature bias.`;
}

function contextSentence(
  source: string,
  target: string,
  found: readonly ContextTest[],
  tested: number,
  sharesDiffer: boolean,
): string {
  const changed = new Set(found.map(({ feature }) => feature)).size;
  const clearest = found.reduce((a, b) => (b.pValue < a.pValue ? b : a));
  const { feature, label } = clearest;
  const share = (value: number) => `${(100 * value).toFixed(0)} %`;
  return `${changed} of ${tested} features that could be tested ${changed === 1 ? 'goes' : 'go'} with other classes in "${target}", most clearly "${feature}" (of the rows with it, ${share(clearest.source.share)} are of class ${JSON.stringify(label)} in "${source}", ${share(clearest.target.share)} in "${target}"): context feature bias.${
    sharesDiffer
      ? ' Class shares differ as well, which alone moves this for every feature.'
      : ' Methods that only align features cannot repair this.'
  }`;
}

/** How many times the odds: `8.2`, `31`. */
function times(logOdds: number): string {
  const ratio = Math.exp(Math.abs(logOdds));
  return ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0);
}
