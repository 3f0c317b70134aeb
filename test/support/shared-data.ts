import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(process.env.NEMOCLAW_TEST_DATA ?? join(import.meta.dirname, '../../../shared/data'));

/** Published policies and schemas that tests read but the project does not contain. See docs/decisions. */
export function sharedData(path: string): string {
  return join(folder, path);
}

export function readSharedData(path: string): string {
  return readFileSync(sharedData(path), 'utf8');
}

/** Whether the folder of published files is there; `NEMOCLAW_TEST_DATA` names another place for it. */
export function hasSharedData(): boolean {
  return existsSync(folder);
}
