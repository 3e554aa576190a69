/** What `graft auto` chooses among by default: methods and the settings worth trying, cheapest first. Those that do not fit
 * the problem are left out.
 */
export const searchSpace: readonly string[] = [
  'coral:centring=both',
  'coral:centring=both:regularization=0.01',
  'coral:centring=both:regularization=10',
  'coral',
  'linear-monge',
  'linear-monge:regularization=0.01',
  'subspace-alignment',
  'gfk',
  'tca',
  'tca:regularization=0.1',
  'tca:nComponents=10',
  'jda',
  'jda:regularization=0.1',
  'jda:nComponents=10',
  'bda:balance=0.9',
  'bda:balance=0.9:regularization=0.1',
  'classifier-density-ratio',
  'classifier-density-ratio:flattening=0.5',
  'posterior-correction',
  'ot',
  'ot:plan=entropic',
  'ot:plan=lp-l1',
  'regularized-transfer-classifier',
  'regularized-transfer-classifier:regularization=10',
];
