import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { program } from './host.ts';

export const chromium = program('chromium', 'chromium');

/** What a page did beside being shown. */
export interface Watched {
  /** Messages of the console, of the browser's own log and of scripts that failed. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the page itself left out. */
  readonly requests: readonly string[];
}

type Message = {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { message: string };
};

/**
 * A headless browser that is spoken to over pipes (https://chromedevtools.github.io/devtools-protocol/): no port is
 * opened, and nothing is loaded but what a test asks for.
 */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile = mkdtempSync(join(tmpdir(), 'nemoclaw-chromium-'));
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #listeners: ((message: Message) => void)[] = [];
  #session: string | undefined;
  #next = 1;

  constructor() {
    this.#process = spawn(
      'chromium',
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--no-first-run',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
      ],
      // A group of its own: processes that it has started write into its folder as well.
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
    );
    let rest = '';
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop()!;
      for (const text of messages) this.#receive(JSON.parse(text) as Message);
    });
  }

  /** Opens an empty tab and watches it. */
  async open(): Promise<void> {
    const { targetId } = await this.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const attached = await this.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    });
    this.#session = attached.sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
  }

  /** Shows a page at a width in CSS pixels and says what it did until it was loaded. */
  async show(url: string, width: number, scheme: 'light' | 'dark' = 'light'): Promise<Watched> {
    const complaints: string[] = [];
    const requests: string[] = [];
    const listener = ({ method, params }: Message) => {
      if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown')
        complaints.push(JSON.stringify(params));
      if (method === 'Log.entryAdded') complaints.push(JSON.stringify((params as { entry: unknown }).entry));
      if (method === 'Network.requestWillBeSent')
        requests.push((params as { request: { url: string } }).request.url);
    };
    this.#listeners.push(listener);
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await this.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    const loaded = this.#once('Page.loadEventFired');
    await this.send('Page.navigate', { url });
    await loaded;
    // What a page asks for late, such as an icon, comes after it has loaded.
    await this.evaluate('new Promise((done) => setTimeout(done, 150))');
    this.#listeners.splice(this.#listeners.indexOf(listener), 1);
    return { complaints, requests: requests.filter((one) => one !== url) };
  }

  /** The value of an expression in the page, which its own rules about scripts do not concern. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.send<{ result: { value: T } }>('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    return result.value;
  }

  send<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    const id = this.#next++;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject }),
    );
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    process.kill(-this.#process.pid!, 'SIGKILL');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }

  #receive(message: Message): void {
    for (const listener of this.#listeners) listener(message);
    const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id!);
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result);
  }

  #once(method: string): Promise<void> {
    return new Promise((resolve) => {
      const listener = (message: Message) => {
        if (message.method !== method) return;
        this.#listeners.splice(this.#listeners.indexOf(listener), 1);
        resolve();
      };
      this.#listeners.push(listener);
    });
  }
}
