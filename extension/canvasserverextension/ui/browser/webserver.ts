import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePorts, root, startProcess, type Program } from './process';

/** WebServer is a real nginx or Caddy in front of a collector, with a configuration and a folder of its own. */
export interface WebServer {
  /** page is where the site is that it serves; without a slash at the end. */
  readonly page: string;
  stop(): Promise<void>;
}

/** Site writes the configuration of a site that listens on a port of loopback. */
export type Site = (port: number) => string;

/** startNginx starts nginx with the site; all that the site does not set has nginx's own default. */
export async function startNginx(site: Site): Promise<WebServer> {
  return start((port, folder) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${folder}/${what};`);
    // One process, which is nobody but who started it, so that its PID is the whole of it.
    writeFileSync(join(folder, 'nginx.conf'), `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events {}
http {
access_log off;
${temporary.join('\n')}
${site(port)}
}
`);
    return {
      command: process.env['CANVAS_NGINX'] ?? '/usr/sbin/nginx',
      args: ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')],
      page: `http://127.0.0.1:${port}`, ready: () => answers(`http://127.0.0.1:${port}/`),
    };
  });
}

/** startCaddy starts Caddy with the site; certificates are from an authority of its own that nobody else trusts. */
export async function startCaddy(site: Site, tls: 'http' | 'https' = 'http'): Promise<WebServer> {
  return start((port, folder) => {
    writeFileSync(join(folder, 'Caddyfile'), `
{
	admin off
	storage file_system ${folder}/storage
	skip_install_trust
	local_certs
	auto_https disable_redirects
	default_bind 127.0.0.1
}
${site(port)}
`);
    const secure = tls === 'https';
    return {
      command: process.env['CANVAS_CADDY'] ?? '/usr/bin/caddy',
      args: ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
      page: secure ? `https://${name}:${port}` : `http://127.0.0.1:${port}`,
      ready: secure ? async () => await askSecurely(port, '/healthz') === 200 : () => answers(`http://127.0.0.1:${port}/`),
    };
  });
}

/** name is what the examples call the site; browsers of the tests find it on loopback. */
export const name = 'traces.example.com';

/** askSecurely asks the site of that name over TLS, whoever signed its certificate, and says the status; null without an answer. */
export async function askSecurely(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, servername: name, rejectUnauthorized: false, agent: false, headers: { Host: `${name}:${port}`, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? null);
    });
    asked.once('error', () => { resolve(null); });
    asked.end();
  });
}

/** example reads a file of examples/ and puts something else in some places of it. What is not there is an error. */
export function example(file: string, places: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(root, 'examples', file), 'utf8');
  for (const [theirs, ours] of Object.entries(places)) {
    if (!text.includes(theirs)) {
      throw new Error(`examples/${file} does not hold ${theirs}`);
    }
    text = text.replaceAll(theirs, ours);
  }
  return text;
}

interface Start extends Pick<Program, 'command' | 'args' | 'ready'> { readonly page: string }

async function start(configure: (port: number, folder: string) => Start): Promise<WebServer> {
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'canvas-proxy-'));
  mkdirSync(join(folder, 'home'));
  const { page, ...program } = configure(port, folder);
  const stop = await startProcess({ ...program, env: { PATH: process.env['PATH'], HOME: join(folder, 'home') }, missing: 'run make test-deps first' });
  return {
    page,
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}
