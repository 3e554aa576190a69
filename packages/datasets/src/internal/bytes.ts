import { invalidData } from './errors.js';

/** Where readers take their input from: text, bytes, or bytes in pieces (a file's stream, a response's body, a `File`'s `stream()`). */
export type ByteSource =
  string | Uint8Array | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** What a reader says about its input in messages. */
export interface InputContext {
  /** The function that reads. */
  readonly who: string;
  /** The input's name, a path most often. */
  readonly name: string;
}

const pieceSize = 1 << 16;

/** All bytes of the source in one array, gunzipped where they are gzipped. */
export async function readAll(source: ByteSource, context: InputContext): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of plainBytes(source, context)) {
    parts.push(part);
    size += part.length;
  }
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The text of the source in pieces, without a byte order mark. Errors: `INVALID_DATA` where it is not UTF-8. */
export async function* readText(source: ByteSource, context: InputContext): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const bytes of plainBytes(source, context)) {
    for (let from = 0; from < bytes.length; from += pieceSize) {
      yield decode(decoder, context, bytes.subarray(from, from + pieceSize));
    }
  }
  yield decode(decoder, context);
}

function decode(decoder: TextDecoder, { who, name }: InputContext, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (error) {
    const message = `${name} is not UTF-8 text. Save it as UTF-8 and try again.`;
    throw invalidData(who, 'encoding', message, { name }, error);
  }
}

/** The bytes of the source in pieces; what begins with the gzip mark 1f 8b comes out gunzipped. */
async function* plainBytes(
  source: ByteSource,
  context: InputContext,
): AsyncGenerator<Uint8Array<ArrayBufferLike>> {
  const pieces = piecesOf(source);
  let head = new Uint8Array(0);
  let next = await pieces.next();
  while (!next.done && head.length < 2) {
    const joined = new Uint8Array(head.length + next.value.length);
    joined.set(head);
    joined.set(next.value, head.length);
    head = joined;
    next = await pieces.next();
  }
  const rest = async function* () {
    yield head;
    for (; !next.done; next = await pieces.next()) yield next.value;
  };
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzip(rest(), context);
  else yield* rest();
}

async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (typeof source === 'string') yield new TextEncoder().encode(source);
  else if (ArrayBuffer.isView(source)) yield source;
  else if ('getReader' in source) yield* drain(source);
  else yield* source;
}

// Safari's ReadableStream cannot be iterated over, so it is read by its reader.
async function* drain(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

async function* gunzip(
  pieces: AsyncGenerator<Uint8Array>,
  { who, name }: InputContext,
): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  try {
    yield* drain(compressed.pipeThrough(new DecompressionStream('gzip')));
  } catch (error) {
    if (failure !== undefined) throw failure;
    throw invalidData(
      who,
      'gzip',
      `${name} begins like a gzip file but cannot be unpacked: it is cut short or damaged. Fetch it again.`,
      { name },
      error,
    );
  }
}
