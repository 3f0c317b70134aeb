import type { Artifact } from './backend.ts';

/** A JSON file with two spaces of indentation and a final line break; keys stay in the order in which they were made. */
export function jsonArtifact(path: string, content: unknown): Artifact {
  return {
    path,
    mediaType: 'application/json',
    bytes: new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`),
  };
}

export function textArtifact(path: string, mediaType: string, text: string): Artifact {
  return { path, mediaType, bytes: new TextEncoder().encode(text) };
}
