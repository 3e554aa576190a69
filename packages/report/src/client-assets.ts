/** Script and style of the page, bundled and minified. */
export interface ClientAssets {
  readonly script: string;
  /** SHA-256 of `script` in base64: the page's security policy lets nothing else run. */
  readonly scriptHash: string;
  readonly style: string;
}

/** What `build.mjs` makes of `client/`. It writes over this file's output; read from the sources all three are empty, and a page shows its text and tables alone. */
export const clientAssets: ClientAssets = { script: '', scriptHash: '', style: '' };
