/** The kind of word that a feature's name tells by the tag at its end, after `/` or `_`: Penn tags, universal ones or their first letters.
 *
 * Example   partOfSpeech('sturdy/JJ') // => 'adjective or adverb'
 */
export function partOfSpeech(featureName: string): string {
  const tag = /[/_]([A-Za-z]+)$/.exec(featureName)?.[1]?.toUpperCase() ?? '';
  if (/^(JJ|RB|ADJ|ADV|J$|A$|R$)/.test(tag)) return 'adjective or adverb';
  if (/^(VB|VERB|V$)/.test(tag)) return 'verb';
  if (/^(NN|NOUN|PROPN|N$)/.test(tag)) return 'noun';
  return 'other';
}
