import { readFileSync } from 'node:fs';

/** In a bundle, the lazily loaded YAML library is a part of it; a bundle's own `require` is lazy. */
export const bundledYaml = {
  name: 'bundled-yaml',
  setup({ onLoad }) {
    onLoad({ filter: /\/yaml\/yaml-library\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const line = 'const require = createRequire(import.meta.url);';
      if (!text.includes(line))
        throw new Error(`${path} no longer loads the YAML library as the build expects`);
      return { contents: text.replace(line, ''), loader: 'ts' };
    });
  },
};
