import { element } from './element.js';

/** Makes the columns of a table sortable by its head: rows without a value stay last, whichever way the others go. */
export function makeSortable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  heads.forEach((head, column) => {
    const button = element('button', { type: 'button' }, ...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const numbers = head.dataset.sort === 'number';
      // Numbers start with the largest, names with the first of the alphabet.
      const first = numbers ? 'descending' : 'ascending';
      const other = numbers ? 'ascending' : 'descending';
      const order = head.getAttribute('aria-sort') === first ? other : first;
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      sortRows(table.tBodies[0]!, column, numbers, order === 'ascending' ? 1 : -1);
    });
  });
}

function sortRows(
  body: HTMLTableSectionElement,
  column: number,
  numbers: boolean,
  sign: 1 | -1,
): void {
  const keyed = [...body.rows].map((row) => ({ row, key: row.cells[column]?.dataset.value ?? '' }));
  keyed.sort((a, b) => {
    if (a.key === '' || b.key === '') return Number(a.key === '') - Number(b.key === '');
    return sign * (numbers ? Number(a.key) - Number(b.key) : a.key.localeCompare(b.key, 'en'));
  });
  body.append(...keyed.map(({ row }) => row));
}
