import { select } from './element.js';

/** Makes every `data-copy` button copy the text of the element it names. */
export function makeCopyable(): void {
  for (const button of select<HTMLButtonElement>('button[data-copy]')) {
    const label = button.textContent;
    button.addEventListener('click', () => {
      const source = document.getElementById(button.dataset.copy ?? '');
      if (!source) return;
      void copy(source).then((copied) => {
        button.textContent = copied ? 'Copied' : 'Selected: press Ctrl+C';
        setTimeout(() => {
          button.textContent = label;
        }, 2000);
      });
    });
  }
}

/** Tells whether it worked; where the clipboard is closed to the page the text is left selected. */
async function copy(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return false;
  }
}
