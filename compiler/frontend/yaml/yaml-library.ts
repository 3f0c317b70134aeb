import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

export type YamlLibrary = typeof Yaml;

const require = createRequire(import.meta.url);

/**
 * The `yaml` package, loaded when the first text needs it. Loading it takes as long as starting Node does, and a valid
 * blueprint is usually read without it.
 */
export function yamlLibrary(): YamlLibrary {
  return require('yaml') as YamlLibrary;
}
