import type { JsonObject, JsonValue } from '@graft-ml/core';
import type { Fact } from './definition-list.js';
import { formatCount, formatNumber } from './format.js';
import { markup, type Markup } from './markup.js';

/** What a method left in its diagnostics: single values as facts, lists of records as tables that open on demand. */
export interface MethodFacts {
  readonly facts: readonly Fact[];
  readonly tables: readonly Markup[];
}

export function methodFacts(diagnosed: JsonObject): MethodFacts {
  const facts: Fact[] = [];
  const tables: Markup[] = [];
  for (const [name, value] of Object.entries(diagnosed)) {
    if (isRecords(value)) tables.push(recordsTable(inWords(name), value));
    else facts.push([inWords(name), describe(value)]);
  }
  return { facts, tables };
}

function recordsTable(title: string, records: readonly JsonObject[]): Markup {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const columns = names.filter((name) => records.some((record) => !isEmpty(record[name])));
  const number = (name: string): string | undefined =>
    records.every((record) => isEmpty(record[name]) || typeof record[name] === 'number')
      ? 'number'
      : undefined;
  return markup`<details class="records">
<summary>${title}, ${formatCount(records.length)} ${records.length === 1 ? 'row' : 'rows'}</summary>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<thead><tr>${columns.map((name) => markup`<th scope="col" class="${number(name)}">${inWords(name)}</th>`)}</tr></thead>
<tbody>
${records.map(
  (record) =>
    markup`<tr>${columns.map(
      (name) =>
        markup`<td class="${number(name)}">${isEmpty(record[name]) ? '–' : describe(record[name]!)}</td>`,
    )}</tr>\n`,
)}</tbody>
</table></div>
</details>
`;
}

function describe(value: JsonValue): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!isNumbers(value)) return JSON.stringify(value);
  const shown = value.map(formatNumber);
  if (value.length <= 6) return shown.join(', ');
  return `${formatCount(value.length)} values, from ${shown[0]!} to ${shown[shown.length - 1]!}`;
}

function isNumbers(value: JsonValue): value is readonly number[] {
  return isList(value) && value.length > 0 && value.every((item) => typeof item === 'number');
}

function isRecords(value: JsonValue): value is readonly JsonObject[] {
  return (
    isList(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && !isList(item))
  );
}

/** Nothing to show: absent, null or an empty list. */
function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** `objectiveTrace` → `Objective trace`, `nComponents` → `Number of components`. */
function inWords(name: string): string {
  const full = name.replace(/^n(?=[A-Z])/, 'numberOf');
  const words = full.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
