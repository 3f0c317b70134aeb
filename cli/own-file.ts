/** Says of a file in a folder that it is of this project's languages, as far as one can see from outside. */
const OWN_KIND =
  /^\s*(["']?kind["']?\s*:\s*["']?(Blueprint|Preset|Tier|PolicyTest|Guardrails|Controls|Target)\b|["']?apiVersion["']?\s*:.*nemoclaw)/im;
const TEST_FILE = /_test\.ya?ml$/;

/** Whether a file that was found in a folder, where there may be files of anybody, is worth being read as one of ours. */
export function isOwn(path: string, bytes: Uint8Array): boolean {
  return TEST_FILE.test(path) || OWN_KIND.test(new TextDecoder().decode(bytes));
}
