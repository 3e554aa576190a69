// A program beside the bench that answers one line of JSON per line of JSON.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a program; `ask` gives its answer, an error where it ended, or undefined once it has taken longer than the limit, which ends it. */
export function startWorker(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request, seconds) {
      let timer;
      const late = new Promise((resolve) => {
        timer = setTimeout(() => resolve(undefined), 1000 * seconds);
      });
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await Promise.race([lines.next(), late]);
      clearTimeout(timer);
      if (line?.done) return { error: `${command} ended without an answer.` };
      if (line) return JSON.parse(line.value);
      child.kill('SIGKILL');
      return undefined;
    },
    stop: () => child.kill(),
  };
}

/** One thread, as JavaScript has. */
export function oneThread() {
  return { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
}

/** The first Python that has the library `needed`, with the versions of the libraries it has. */
export function findPython(libraries = ['sklearn'], needed = 'sklearn') {
  const program = `
import importlib, json
found = {}
for name in ${JSON.stringify(libraries)}:
    try:
        found[name] = importlib.import_module(name).__version__
    except ImportError:
        pass
print(json.dumps(found))`;
  for (const command of [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean)) {
    const { status, stdout } = spawnSync(command, ['-c', program], { encoding: 'utf8' });
    if (status !== 0) continue;
    const versions = JSON.parse(stdout);
    if (versions[needed]) return { command, versions };
  }
  return undefined;
}
