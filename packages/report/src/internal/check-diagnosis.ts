import type { Field } from './field.js';

/** Checks what the guard says, if it is there. */
export function checkGuard(guard: Field | undefined): void {
  if (!guard) return;
  guard.at('decision').oneOf('adapt', 'fallback', 'abstain');
  guard.at('choice').text();
  guard.at('judged').flag();
  guard.at('labelsUsed').whole();
  guard.at('seconds').number(0);
  checkTexts(guard.at('reasons'));
  for (const estimate of guard.at('estimates').list()) {
    estimate.at('name').text();
    estimate.at('gain').number();
    estimate.at('differs').number(0, 1);
    const interval = estimate.at('interval');
    interval.at('high').number(interval.at('low').number());
    const agreement = estimate.at('agreement');
    agreement.at('favour').whole(0, agreement.at('views').whole());
  }
}

/** Checks a diagnosis, if it is there. */
export function checkDiagnosis(diagnosis: Field | undefined): void {
  if (!diagnosis) return;
  diagnosis.at('significance').number(0, 1);
  checkTexts(diagnosis.at('summary'));
  checkTexts(diagnosis.at('unknown'));
  for (const shift of diagnosis.at('sources').list()) checkShift(shift);
}

function checkShift(shift: Field): void {
  shift.at('source').text();
  shift.at('answer').oneOf('differs', 'inconclusive');
  shift.at('pValue').number(0, 1);
  for (const side of ['source', 'target']) shift.at('rows').at(side).whole();
  for (const test of shift.at('tests').list()) {
    test.at('name').text();
    test.at('pValue').number(0, 1);
    test.at('effect').text();
  }
  for (const feature of shift.at('features').list()) {
    feature.at('name').text();
    feature.at('effect').number(0, 1);
    feature.at('pValue').number(0, 1);
    feature.optional('difference')?.number();
  }
  shift.at('nMoved').whole(0, shift.at('nFeatures').whole());
  const classifier = shift.at('classifier');
  classifier.at('auc').number(0, 1);
  for (const axis of ['x', 'y'])
    for (const value of classifier.at('roc').at(axis).list()) value.number(0, 1);
  for (const side of ['source', 'target'])
    for (const count of classifier.at('scores').at(side).list()) count.whole();
  checkOccurrence(shift.optional('occurrence'));
}

function checkOccurrence(occurrence: Field | undefined): void {
  if (!occurrence) return;
  const nFeatures = occurrence.at('nFeatures').whole();
  for (const side of ['nSource', 'nTarget']) occurrence.at(side).whole(0, nFeatures);
  for (const feature of occurrence.at('frequency').list()) {
    feature.at('name').text();
    feature.at('logOdds').number();
    const interval = feature.at('interval');
    interval.at('high').number(interval.at('low').number());
    for (const side of ['source', 'target']) {
      feature.at(side).at('count').whole();
      feature.at(side).at('share').number(0, 1);
    }
    feature.at('pValue').number(0, 1);
  }
  checkLeftOut(occurrence.at('leftOut'));
  const context = occurrence.at('context');
  const reason = context.optional('reason');
  if (reason) reason.text();
  else checkContext(context);
}

function checkContext(context: Field): void {
  context.at('nTests').whole();
  context.at('nChanged').whole(0, context.at('nFeatures').whole());
  for (const test of context.at('tests').list()) {
    test.at('name').text();
    const label = test.at('label');
    if (typeof label.value !== 'number') label.text();
    for (const side of ['source', 'target']) {
      test.at(side).at('rows').whole();
      test.at(side).at('share').number(0, 1);
    }
    test.at('pValue').number(0, 1);
  }
  checkLeftOut(context.at('leftOut'));
}

function checkLeftOut(groups: Field): void {
  for (const group of groups.list()) {
    group.at('count').whole();
    group.at('reason').text();
  }
}

function checkTexts(list: Field): void {
  for (const entry of list.list()) entry.text();
}
