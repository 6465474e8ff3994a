import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** root is the project's folder. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Program is what to start, and how to see that it has. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** missing is what to do where it does not start. */
  readonly missing: string;
  readonly ready: () => Promise<boolean>;
}

/** startProcess waits until the program is ready. What it returns stops the process. */
export async function startProcess({ command, args, env, missing, ready }: Program): Promise<() => Promise<void>> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const gather = (chunk: Buffer) => { log = (log + chunk.toString()).slice(-20_000); };
  child.stdout.on('data', gather);
  child.stderr.on('data', gather);
  const ended = new Promise<void>((done) => { child.once('exit', () => { done(); }); child.once('error', (e) => { log += String(e); done(); }); });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const alive = () => child.exitCode === null && child.pid !== undefined;
    await until(async () => {
      if (!alive()) {
        throw new Error('it ended');
      }
      return ready();
    }, 60_000);
  } catch (error) {
    await stop();
    throw new Error(`${command} did not start (${String(error)}); ${missing}. Its last words:\n${log}`);
  }
  return stop;
}

/** until waits for a condition, asking again every 50 ms. */
export async function until(condition: () => Promise<boolean>, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${ms} ms`);
    }
    await new Promise((done) => { setTimeout(done, 50); });
  }
}

/** answers says whether anything answers there, whatever it says. */
export async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** freePorts finds ports of loopback that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => { resolve(server); });
  })));
  const ports = servers.map((s) => (s.address() as AddressInfo).port);
  await Promise.all(servers.map((s) => new Promise((done) => { s.close(done); })));
  return ports;
}
