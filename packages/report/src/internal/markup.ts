/** Text that is HTML already. Everything else is escaped on its way in. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupPart = Markup | string | number | false | undefined | readonly MarkupPart[];

/** Template tag that escapes every inserted value, in text and in quoted attributes alike; `undefined` and `false` leave nothing.
 *
 * Example   markup`<b title="${name}">${name}</b>`
 */
export function markup(literals: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  let text = literals[0]!;
  parts.forEach((part, i) => {
    text += toText(part) + literals[i + 1]!;
  });
  return new Markup(text);
}

/** JSON that can stand inside a `<script>` element: no `<` is left that could end it. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function toText(part: MarkupPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(toText).join('');
  return String(part)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
