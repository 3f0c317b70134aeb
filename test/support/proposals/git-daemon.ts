import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HostFeature } from '../host.ts';
import { freePort, until, untilListening } from '../loopback-port.ts';

const PROGRAM = '/usr/lib/git-core/git-daemon';

export const gitDaemon: HostFeature = {
  name: 'git daemon',
  hint: 'apt-get install git',
  present: () => existsSync(PROGRAM),
};

export interface GitDaemon {
  readonly address: string;
  /** Until nobody is served any more: it goes on with what it has got after who asked is gone. */
  idle(): Promise<void>;
}

/** Serves the folder of a bare repository to anybody on loopback until the test is over. */
export async function daemonFor(bare: string): Promise<GitDaemon> {
  const port = await freePort();
  const settings = ['--listen=127.0.0.1', `--port=${port}`, '--export-all', '--enable=receive-pack'];
  const daemon = spawn(PROGRAM, [...settings, `--base-path=${dirname(bare)}`], { stdio: 'ignore' });
  const { pid } = daemon;
  if (pid === undefined) throw (await once(daemon, 'error'))[0];
  onTestFinished(() => void daemon.kill('SIGKILL'));
  await untilListening(port);
  const isIdle = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() === '';
  return {
    address: `git://127.0.0.1:${port}/remote.git`,
    idle: () => until(isIdle, 'the git daemon is still at work'),
  };
}
