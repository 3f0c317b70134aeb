import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { nemoclawProgram, type Ran, temporaryFolder } from '../../cli/nemoclaw.ts';
import type { TestNetwork } from '../../support/test-network.ts';
import type { Forge } from './forge.ts';

/** Does each line that it reads as one request of curl, and says the answer, its status and an end. */
const AGENT =
  'while read -r method url; do curl -sS -m 20 -X "$method" -w "\\n%{http_code}\\n" "$url" 2>&1; echo END; done';

/** What curl got. */
export interface Got {
  readonly status: number;
  readonly body: string;
}

/** A host of its own: a state folder, and an agent that runs under what was applied. */
export class AgentHost {
  readonly environment: Readonly<Record<string, string>>;
  readonly state: string;
  readonly #network: TestNetwork;
  readonly #name: string;
  #agent: { readonly process: ChildProcess; readonly lines: AsyncIterator<string> } | null = null;

  constructor(network: TestNetwork, name: string) {
    const home = temporaryFolder();
    this.#network = network;
    this.#name = name;
    this.environment = { XDG_STATE_HOME: home, HOME: '/nonexistent' };
    this.state = join(home, 'nemoclaw/sandboxes', name);
  }

  /** `nemoclaw` on this host, in a folder. */
  async run(cwd: string, ...argv: readonly string[]): Promise<Ran> {
    const { exitCode, ...said } = await this.#network.run(
      [realpathSync(process.execPath), nemoclawProgram, ...argv],
      { cwd, env: { ...process.env, ...this.environment } },
    );
    return { exitCode: exitCode ?? undefined, ...said };
  }

  /** Follows `main` of a forge, for the target file in the folder. */
  async sync(
    { address, signers }: Forge,
    cwd: string,
    target: string,
  ): Promise<[outcome: string, ...string[]]> {
    const options = ['--allowed-signers', signers, '-t', target, '-o', 'json'];
    const { stdout, stderr } = await this.run(cwd, 'sync', address, '--name', this.#name, ...options);
    if (stdout === '') throw new Error(stderr);
    const { outcome, diagnostics } = JSON.parse(stdout) as {
      outcome: string;
      diagnostics: { code: string; severity: string }[];
    };
    return [outcome, ...diagnostics.flatMap(({ code, severity }) => (severity === 'error' ? [code] : []))];
  }

  /** Starts the agent; it ends with the test. */
  start(): void {
    const argv = [realpathSync(process.execPath), nemoclawProgram, 'run', '--name', this.#name];
    const process_ = this.#network.spawn([...argv, '--', 'sh', '-c', AGENT], {
      env: { ...process.env, ...this.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const reader: Interface = createInterface({ input: process_.stdout! });
    this.#agent = { process: process_, lines: reader[Symbol.asyncIterator]() };
    onTestFinished(async () => {
      if (process_.exitCode !== null) return;
      const closed = once(process_, 'close');
      process_.stdin!.end();
      await closed;
    });
  }

  /** Has the agent ask for something. */
  async ask(method: string, url: string): Promise<Got> {
    if (this.#agent === null) throw new Error('no agent runs');
    this.#agent.process.stdin!.write(`${method} ${url}\n`);
    const said: string[] = [];
    for (;;) {
      const { value, done } = await this.#agent.lines.next();
      if (done) throw new Error(`the agent has ended: ${said.join('\n')}`);
      if (value === 'END') break;
      said.push(value);
    }
    return { status: Number(said.at(-1)), body: said.slice(0, -1).join('\n').trim() };
  }

  /** The decisions in the log, in order. */
  decisions(): Decision[] {
    const folder = join(this.state, 'audit');
    return readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .sort()
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
      .flatMap((line) => (JSON.parse(line) as { decision?: Decision }).decision ?? []);
  }
}

/** What of a decision in the log the chain is about. */
export interface Decision {
  readonly verdict: string;
  readonly why: string;
  readonly commit?: string;
  readonly request?: string;
  readonly grant?: { readonly id: string; readonly approved_by?: string; readonly request?: string };
}
