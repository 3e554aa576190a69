import { checkDiagnosis, checkGuard } from './internal/check-diagnosis.js';
import { Field } from './internal/field.js';
import type { ReportInput } from './report-input.js';

/** Checks JSON of unknown origin and returns it as the input of a report.
 *
 * Errors: `INVALID_DATA`, naming the field and what it should be.
 * Example   renderReport(readReportInput(JSON.parse(text)))
 */
export function readReportInput(json: unknown): ReportInput {
  const report = new Field(json, '');
  if (report.at('formatVersion').value !== 1)
    report.at('formatVersion').refuse('1, the only version this Graft reads');
  const created = report.at('created');
  if (Number.isNaN(Date.parse(created.text()))) created.refuse('a moment in ISO 8601');
  report.at('seed').whole();
  for (const version of report.at('versions').fields()) version.text();
  report.at('settings').at('command').text();
  report.at('settings').at('recipes');
  const { classes, domains } = checkProblem(report.at('problem'));

  const runs = report.at('runs').list();
  const seen = new Set<string>();
  let baselines = 0;
  for (const run of runs) {
    const recipe = run.at('recipe');
    if (seen.has(recipe.text())) recipe.refuse('unique among the runs');
    seen.add(recipe.text());
    if (run.at('isBaseline').flag() && ++baselines > 1)
      run.at('isBaseline').refuse('true for one run only');
    checkRun(run, classes, domains);
  }
  checkGuard(report.optional('guard'));
  checkDiagnosis(report.optional('diagnosis'));
  return json as ReportInput;
}

/** Returns the number of classes (0 for a regression) and of domains. */
function checkProblem(problem: Field): { classes: number; domains: number } {
  const task = problem.at('task');
  const kind = task.at('kind').oneOf('classification', 'regression');
  const classes = kind === 'classification' ? checkLabels(task.at('classes')) : 0;
  const domains = problem.at('domains').list();
  for (const domain of domains) {
    domain.at('name').text();
    domain.at('role').oneOf('source', 'target');
    for (const count of ['rows', 'features', 'labelledRows']) domain.at(count).whole();
  }
  for (const role of ['source', 'target']) {
    if (!domains.some((domain) => domain.at('role').value === role))
      problem.at('domains').refuse(`a list with at least one ${role}`);
  }
  problem.at('evaluationRows').whole();
  problem.at('scenario').at('kind').oneOf('homogeneous', 'heterogeneous');
  problem.at('scenario').at('supervision').oneOf('inductive', 'transductive', 'unsupervised');
  problem.at('scenario').at('featureSpacesDiffer').flag();
  problem.at('scenario').at('labelSpacesDiffer').flag();
  return { classes, domains: domains.length };
}

function checkRun(run: Field, classes: number, domains: number): void {
  run.at('title').text();
  run.at('summary').text();
  run.at('seconds').number(0);
  run.optional('peakMemoryMb')?.number(0);
  for (const warning of run.at('warnings').list()) {
    warning.at('code').text();
    warning.at('message').text();
  }
  if (run.at('status').oneOf('ok', 'failed') === 'failed') {
    run.at('error').at('code').text();
    run.at('error').at('message').text();
    return;
  }
  run.optional('accuracy')?.number(0, 1);
  run.optional('rSquared')?.number(-Infinity, 1);
  run.optional('meanSquaredError')?.number(0);
  for (const interval of [run.optional('interval'), run.optional('changeInterval')])
    interval?.at('high').number(interval.at('low').number());
  for (const projection of [
    run.optional('projection')?.at('before'),
    run.optional('projection')?.optional('after'),
  ])
    if (projection) checkProjection(projection, classes, domains);
  checkWeights(run.optional('weights'));
  checkConfusion(run.optional('confusion'));
  const diagnostics = run.at('diagnostics');
  diagnostics.optional('iterations')?.whole();
  diagnostics.optional('converged')?.flag();
  diagnostics.optional('stopReason')?.text();
}

function checkProjection(projection: Field, classes: number, domains: number): void {
  const x = projection.at('x').list();
  for (const value of x) value.number();
  for (const value of sameLength(projection.at('y'), x.length)) value.number();
  for (const value of sameLength(projection.at('domain'), x.length)) value.whole(0, domains - 1);
  const label = projection.optional('label');
  for (const value of label ? sameLength(label, x.length) : []) {
    if (value.value === null) continue;
    if (classes > 0) value.whole(0, classes - 1);
    else value.number();
  }
  const explained = projection.optional('explained');
  for (const share of explained ? sameLength(explained, 2) : []) share.number(0, 1);
}

function checkWeights(weights: Field | undefined): void {
  if (!weights) return;
  weights.at('effectiveSampleSize').number(0);
  weights.at('rows').whole();
  const values = weights.at('values');
  if (Array.isArray(values.value)) {
    for (const value of values.list()) value.number(0);
    return;
  }
  const counts = values.at('counts').list();
  for (const count of counts) count.whole();
  let previous = -Infinity;
  for (const edge of sameLength(values.at('edges'), counts.length + 1))
    previous = edge.number(previous);
}

function checkConfusion(confusion: Field | undefined): void {
  if (!confusion) return;
  const size = checkLabels(confusion.at('classes'));
  for (const row of sameLength(confusion.at('counts'), size))
    for (const count of sameLength(row, size)) count.whole();
}

function checkLabels(labels: Field): number {
  const list = labels.list();
  for (const label of list) if (typeof label.value !== 'number') label.text();
  return list.length;
}

function sameLength(list: Field, length: number): Field[] {
  const entries = list.list();
  return entries.length === length ? entries : list.refuse(`a list of ${length} entries`);
}
